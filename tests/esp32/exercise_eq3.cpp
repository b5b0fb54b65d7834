// Answers, line by line, what eq3.h makes of what stands on standard input; tests/esp32/test_esphome.py asks.
#include <iostream>
#include <sstream>

#include "eq3.h"

static haard::Bytes bytes(const std::string &hex) {
  haard::Bytes found;
  for (size_t at = 0; at + 1 < hex.size(); at += 2) found.push_back(static_cast<uint8_t>(std::stoi(hex.substr(at, 2), nullptr, 16)));
  return found;
}

static std::string hex(const haard::Bytes &data) {
  std::string text;
  char two[3];
  for (uint8_t one : data) {
    snprintf(two, sizeof(two), "%02x", one);
    text += two;
  }
  return text.empty() ? "-" : text;
}

int main() {
  haard::Valve valve;
  std::string line, word, text;
  while (std::getline(std::cin, line)) {
    std::istringstream in(line);
    in >> word;
    if (word == "status") {
      in >> text;
      const haard::Status status = haard::read_status(text == "-" ? haard::Bytes{} : bytes(text));
      if (status.ok)
        std::cout << int(status.flags) << " " << status.opening << " " << status.setpoint << "\n";
      else
        std::cout << "refused\n";
    } else if (word == "json") {
      long long now;
      in >> text >> now;
      std::cout << haard::status_json(haard::read_status(bytes(text)), true, static_cast<time_t>(now)) << "\n";
    } else if (word == "setpoint") {
      float celsius;
      in >> celsius;
      const int halves = haard::setpoint_byte(celsius);
      std::cout << halves << " " << (halves < 0 ? "-" : hex(haard::hold(halves))) << "\n";
    } else if (word == "instant") {
      in >> text;
      std::cout << haard::instant(text.c_str()) << "\n";
    } else if (word == "tell") {
      float setpoint, fallback;
      in >> setpoint >> fallback >> text;
      std::cout << valve.target.tell(setpoint, fallback, text.c_str()) << "\n";
    } else if (word == "next") {
      long long now;
      in >> now;
      std::cout << hex(valve.next(static_cast<time_t>(now))) << "\n";
    } else if (word == "answer") {
      long long now;
      in >> text >> now;
      std::cout << valve.answered(bytes(text), static_cast<time_t>(now)) << "\n";
    } else if (word == "settle") {
      long long now;
      in >> now;
      std::cout << valve.settle(static_cast<time_t>(now)) << " " << valve.reachable() << "\n";
    } else {
      return 1;
    }
  }
  return 0;
}
