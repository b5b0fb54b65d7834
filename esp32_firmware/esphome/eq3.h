// The EQ3 / eqiva CC-RT-BLE valve for ESPHome: the same bytes as bridges/frames.py, the same words on the broker as a node's.
//
// Nothing of ESPHome or the chip in here, so that it is compiled and tried on any computer (tests/esp32/test_esphome.py). The YAML of
// a valve (valve.yaml) only calls it. Temperatures are halves of a degree, as in the valve's bytes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

namespace haard {

constexpr int OFF = 9;
constexpr int ON = 60;

enum Flag : uint8_t {
  MANUAL = 0x01,
  VACATION = 0x02,
  BOOST = 0x04,
  WINDOW_OPEN = 0x10,
  LOCKED = 0x20,
  BATTERY_LOW = 0x80,
};

using Bytes = std::vector<uint8_t>;

// To halves, but never into OFF or ON: those two have to be meant. -1 for what no valve can hold.
inline int setpoint_byte(float celsius) {
  if (celsius == 4.5f) return OFF;
  if (celsius == 30.0f) return ON;
  if (!(celsius > 4.5f && celsius < 30.0f)) return -1;
  int halves = static_cast<int>(celsius * 2 + 0.5f);
  if (halves <= OFF) return OFF + 1;
  return halves >= ON ? ON - 1 : halves;
}

// Mode manual and the setpoint in one write.
inline Bytes hold(int halves) { return {0x40, static_cast<uint8_t>(0x40 | halves)}; }

// Status and clock, always together; empty while the time is not known: a bare 03 sets the clock to nonsense.
inline Bytes ask_status(int year, int month, int day, int hour, int minute, int second) {
  if (year < 2025 || year > 2098) return {};
  return {0x03,
          static_cast<uint8_t>(year % 100),
          static_cast<uint8_t>(month),
          static_cast<uint8_t>(day),
          static_cast<uint8_t>(hour),
          static_cast<uint8_t>(minute),
          static_cast<uint8_t>(second)};
}

inline Bytes boost(bool on) { return {0x45, static_cast<uint8_t>(on ? 1 : 0)}; }

// What a valve says of itself; `ok` is false for any other bytes, of which nothing else is to be used.
struct Status {
  bool ok = false;
  uint8_t flags = 0;
  int opening = 0;
  int setpoint = 0;
};

inline Status read_status(const uint8_t *data, size_t length) {
  Status status;
  if (length < 6 || data[0] != 0x02 || data[1] != 0x01) return status;
  if (data[3] > 100 || data[5] < OFF || data[5] > ON) return status;
  status.ok = true;
  status.flags = data[2];
  status.opening = data[3];
  status.setpoint = data[5];
  return status;
}

inline Status read_status(const Bytes &data) { return read_status(data.data(), data.size()); }

inline const char *mode(uint8_t flags) {
  if (flags & BOOST) return "boost";
  if (flags & VACATION) return "vacation";
  return flags & MANUAL ? "manual" : "auto";
}

// An instant as 2026-01-12T06:30:00Z; empty while the time is not known.
inline std::string spelled(time_t at) {
  if (at < 1735689600) return "";
  struct tm parts {};
  gmtime_r(&at, &parts);
  char text[32];
  strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

inline const char *yes_or_no(bool value) { return value ? "true" : "false"; }

// The payload of valve/<address>/status.
inline std::string status_json(const Status &status, bool reachable, time_t now) {
  if (!status.ok) return std::string("{\"reachable\":") + yes_or_no(reachable) + "}";
  char text[256];
  snprintf(text, sizeof(text),
           "{\"opening\":%d,\"setpoint\":%d%s,\"mode\":\"%s\",\"battery_low\":%s,\"window\":%s,\"locked\":%s,\"reachable\":%s",
           status.opening, status.setpoint / 2, status.setpoint % 2 ? ".5" : "", mode(status.flags),
           yes_or_no(status.flags & BATTERY_LOW), yes_or_no(status.flags & WINDOW_OPEN), yes_or_no(status.flags & LOCKED),
           yes_or_no(reachable));
  std::string json = text;
  std::string at = spelled(now);
  if (!at.empty()) json += ",\"reported_at\":\"" + at + "\"";
  return json + "}";
}

// Seconds since 1970 of 2026-01-12T06:30:00Z; -1 for anything else.
inline int64_t instant(const char *text) {
  int year, month, day, hour, minute, second;
  if (text == nullptr || sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != 6) return -1;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return -1;
  year -= month <= 2;
  const int64_t era = year / 400, of_era = year % 400;
  const int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

// What the house told a valve, and what it should hold at an instant: after `expires_at` its fallback, as everywhere in the house.
struct Target {
  int setpoint = -1;
  int fallback = -1;
  int64_t expires_at = 0;

  bool tell(float new_setpoint, float new_fallback, const char *expires) {
    const int wanted = setpoint_byte(new_setpoint), after = setpoint_byte(new_fallback);
    const int64_t ends = instant(expires);
    if (wanted < 0 || after < 0 || ends < 0) return false;
    setpoint = wanted;
    fallback = after;
    expires_at = ends;
    return true;
  }

  int wanted(time_t now) const { return setpoint < 0 ? -1 : now >= expires_at ? fallback : setpoint; }
};

// One valve: when to write to it, after which wait to try again. The rules of node/valve.py that a YAML can follow.
class Valve {
 public:
  Target target;
  Status report;
  int failures = 0;

  bool reachable() const { return failures < 3; }

  // The bytes to write now; empty for none.
  Bytes next(time_t now, int poll_s = 2700) {
    if (now < retry_at_ || now < quiet_until_) return {};
    const int wanted = target.wanted(now);
    if (wanted >= 0 && wanted != told_ && now >= hands_off_until_) {
      asked_ = true;
      return hold(wanted);
    }
    if (now < poll_at_) return {};
    asked_ = true;
    struct tm local {};
    localtime_r(&now, &local);
    poll_at_ = now + poll_s;
    return ask_status(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec);
  }

  // A notification; what a person's hand asks of the room in halves, or -1.
  int answered(const Bytes &data, time_t now) {
    const Status status = read_status(data);
    if (!status.ok) return -1;
    asked_ = false;
    report = status;
    failures = 0;
    retry_at_ = 0;
    const bool own_way = status.flags & (WINDOW_OPEN | BOOST | VACATION);
    const int wanted = target.wanted(now);
    if (wanted >= 0 && status.setpoint == wanted && wanted != told_) {
      told_ = wanted;
      quiet_until_ = now + 120;
      poll_at_ = now + 180;
      return -1;
    }
    if (told_ < 0 || own_way || status.setpoint == told_ || wanted != told_ || !(status.flags & MANUAL)) return -1;
    const int turned = status.setpoint, written = told_;
    told_ = -1;
    hands_off_until_ = now + 180;
    if (turned >= 24 && turned <= 51 && std::abs(turned - written) > 5) return turned;
    const int meant = target.fallback + turned - written;
    return meant < 10 ? 10 : meant > 60 ? 60 : meant;
  }

  // A visit has ended; whether the valve counts as unreachable from now on, since it did not answer for the third time.
  bool settle(time_t now) {
    if (!asked_) return false;
    asked_ = false;
    static const int waits[] = {10, 90, 180, 300, 600, 900};
    retry_at_ = now + waits[failures < 5 ? failures : 5];
    poll_at_ = 0;
    return ++failures == 3;
  }

 private:
  int told_ = -1;
  bool asked_ = false;
  time_t retry_at_ = 0, quiet_until_ = 0, hands_off_until_ = 0, poll_at_ = 0;
};

}  // namespace haard
