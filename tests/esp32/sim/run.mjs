// One process of this is one power cycle of one ESP32 node: MicroPython as WebAssembly, with the board around it.
//
// Usage: node run.mjs '{"flash": DIR, "air_port": N, ...}' (see `options` below). The flash directory is what the chip's file
// system holds; every file that is closed there is written through, so killing this process is a power cut. Exit status: 42
// the firmware asked for a reset, 43 it died in a way that the chip would not survive, 44 (or SIGKILL) the watchdog bit.

import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript";

const here = path.dirname(fileURLToPath(import.meta.url));
const options = {
  air_port: 0, // of the simulated radio
  compiled: true, // whether the firmware is `.mpy`
  wifi: true, // whether the access point is in reach
  ports: {}, // the port of this machine for one on which the node listens, such as {"80": 43210}
  unique_id: "246f28a1b2c3",
  reset_cause: 1,
  boot_button: false,
  rtc: "", // file that keeps the RTC's memory over resets, though not over power cuts
  heap: 160 * 1024,
  utc_ms: 0, // what the clock of the chip is ahead of this machine's
  ...JSON.parse(process.argv[2]),
};

const say = (text) => process.stdout.write(text + "\n");
process.on("uncaughtException", (error) => {
  say(`sim: ${error.message}`);
  process.exit(70);
});

// --- sockets: what lwIP offers, without blocking -------------------------------------------------------------------

const IN = 1, OUT = 4, ERR = 8, HUP = 16;
const MOST_QUEUED = 5744, SEGMENT = 1436, PAUSE_ABOVE = 65536;
const ERRNO = { ECONNREFUSED: 104, ECONNRESET: 104, EPIPE: 104, ETIMEDOUT: 116, EHOSTUNREACH: 118, EADDRINUSE: 112 };
const sockets = new Map();
let nextSocket = 1;

function newSocket(stream) {
  const one = { stream: null, server: null, port: 0, chunks: [], length: 0, ended: false, open: false, error: 0, waiting: [], text: "" };
  sockets.set(nextSocket, one);
  if (stream) attach(one, stream);
  return nextSocket++;
}

function attach(one, stream) {
  one.stream = stream;
  one.open = !stream.connecting;
  stream.setNoDelay?.(true);
  stream.on("connect", () => { one.open = true; });
  stream.on("data", (data) => {
    one.chunks.push(data);
    one.length += data.length;
    if (one.length > PAUSE_ABOVE) stream.pause();
  });
  stream.on("end", () => { one.ended = true; });
  stream.on("close", () => { one.ended = true; });
  stream.on("error", (error) => {
    one.error = ERRNO[error.code] ?? 5;
    one.text = error.code && !error.code.startsWith("ERR_") && error.code in ERRNO ? "" : error.message;
    one.ended = true;
  });
}

const sock = {
  sock_new: () => newSocket(null),
  sock_connect: (id, host, port) => attach(sockets.get(id), net.connect({ host, port })),
  sock_bind: (id, port) => { sockets.get(id).port = options.ports[String(port)] ?? port; },
  sock_listen: (id) => {
    const one = sockets.get(id);
    one.server = net.createServer((stream) => one.waiting.push(newSocket(stream)));
    one.server.listen(one.port, "127.0.0.1");
  },
  sock_accept: (id) => sockets.get(id).waiting.shift() ?? -1,
  sock_recv: (id, most) => {
    const one = sockets.get(id);
    if (one.length > 0) {
      const first = one.chunks[0];
      const part = first.subarray(0, most);
      if (part.length === first.length) one.chunks.shift();
      else one.chunks[0] = first.subarray(part.length);
      one.length -= part.length;
      if (one.length < PAUSE_ABOVE) one.stream.resume();
      return part.toString("hex");
    }
    if (one.error) return `!${one.error}`;
    return one.ended ? "" : null;
  },
  sock_send: (id, hex) => {
    const one = sockets.get(id);
    if (one.error || one.ended) return -(one.error || 104);
    if (!one.open || one.stream.writableLength > MOST_QUEUED) return 0;
    const data = Buffer.from(hex, "hex").subarray(0, SEGMENT);
    one.stream.write(data);
    return data.length;
  },
  sock_poll: (id) => {
    const one = sockets.get(id);
    if (one.server) return one.waiting.length ? IN : 0;
    if (one.error) return ERR | HUP | IN;
    return (one.length || one.ended ? IN : 0) | (one.ended ? HUP : 0) | (one.open && one.stream.writableLength <= MOST_QUEUED ? OUT : 0);
  },
  sock_error: (id) => sockets.get(id).error,
  sock_error_text: (id) => sockets.get(id).text,
  sock_is_open: (id) => sockets.get(id).open,
  sock_close: (id) => {
    const one = sockets.get(id);
    one.stream?.destroySoon();
    one.server?.close();
    sockets.delete(id);
  },
  tls_wrap: (id, ca, name, required) => {
    const one = sockets.get(id);
    const plain = one.stream;
    plain.removeAllListeners("data");
    plain.removeAllListeners("end");
    plain.removeAllListeners("close");
    const secure = tls.connect({ socket: plain, ca: ca || undefined, servername: net.isIP(name) ? "" : name, host: name, rejectUnauthorized: required });
    one.open = false;
    one.error = 0;
    attach(one, secure);
    one.open = false;
    secure.on("secureConnect", () => { one.open = true; });
  },
};

// --- the chip -------------------------------------------------------------------------------------------------------

let wdt = null;
const chip = {
  exit: (code, text) => {
    if (text) say(text);
    process.exit(code);
  },
  option: (name) => JSON.stringify(options[name] ?? null),
  rtc_read: () => (options.rtc && fs.existsSync(options.rtc) ? fs.readFileSync(options.rtc).toString("hex") : ""),
  rtc_write: (hex) => { if (options.rtc) fs.writeFileSync(options.rtc, Buffer.from(hex, "hex")); },
  wdt_start: (timeout_ms) => {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    const code = `
      const { workerData } = require("node:worker_threads");
      const { shared, timeout_ms } = workerData;
      for (let seen = Atomics.load(shared, 0); ; ) {
        if (Atomics.wait(shared, 0, seen, timeout_ms) === "timed-out") {
          require("node:fs").writeSync(1, "sim: the watchdog bites\\n");
          process.kill(process.pid, "SIGKILL");
        }
        seen = Atomics.load(shared, 0);
      }`;
    new Worker(code, { eval: true, workerData: { shared, timeout_ms } }).unref();
    wdt = shared;
  },
  wdt_feed: () => {
    Atomics.add(wdt, 0, 1);
    Atomics.notify(wdt, 0);
  },
};

// --- flash: a directory of this machine, written through ---------------------------------------------------------------

const mp = await loadMicroPython({ heapsize: options.heap, stdout: say, stderr: say, linebuffer: true });

function load(from, to) {
  mp.FS.mkdirTree(to);
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), `${to}/${entry.name}`.replace("//", "/")];
    if (entry.isDirectory()) load(source, target);
    else mp.FS.writeFile(target, fs.readFileSync(source));
  }
}

load(path.join(here, "board"), "/_board");
load(options.flash, "/");

const onDisk = (name) => path.join(options.flash, mp.FS.lookupPath(path.dirname(name)).path, path.basename(name));
const isFlash = (name) => !/^\/(_board|dev|proc|tmp|home)(\/|$)/.test(name);
const absolute = (name) => path.posix.resolve(mp.FS.cwd(), name);
const original = { ...mp.FS };

mp.FS.close = (stream) => {
  const [name, written] = [stream.path, (stream.flags & 3) !== 0];
  original.close(stream);
  if (written && isFlash(name)) fs.writeFileSync(path.join(options.flash, name), mp.FS.readFile(name));
};
for (const [operation, mirror] of Object.entries({
  unlink: (name) => fs.unlinkSync(onDisk(name)),
  rmdir: (name) => fs.rmdirSync(onDisk(name)),
  mkdir: (name) => fs.mkdirSync(onDisk(name), { recursive: true }),
  rename: (from, to) => fs.renameSync(onDisk(from), onDisk(to)),
})) {
  mp.FS[operation] = (first, second) => {
    const result = original[operation](first, second);
    if (isFlash(absolute(first))) mirror(absolute(first), typeof second === "string" ? absolute(second) : second);
    return result;
  };
}

mp.registerJsModule("_sim", { ...sock, ...chip });
mp.FS.chdir("/");
mp.runPython("import sys; sys.path.insert(0, '/_board'); import _power_on");
mp.runPython("import main");
