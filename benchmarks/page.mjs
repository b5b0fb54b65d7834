/* What the page costs, on this computer: its size, when something is seen, when values are live, how long its tasks are
with 60 rooms and 20 messages a second, and how many cards a message of one room touches. `make benchmark-page`. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import {
  broker,
  browser,
  lead,
  status,
  told,
  voice,
} from "../web/tests/running.mjs";

const DIST = fileURLToPath(new URL("../web/dist/", import.meta.url));
const ROOMS = 60;
const PER_SECOND = 20;
const SECONDS = 15;
const TICK = "2026-01-14T18:42:00Z";
const KINDS = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

const row = (what, value) => console.log(what.padEnd(52), value);
const middle = (values) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function sizes() {
  const files = readdirSync(join(DIST, "assets")).map((name) => [
    name,
    gzipSync(readFileSync(join(DIST, "assets", name)), { level: 9 }).length,
  ]);
  const sum = (end) =>
    files
      .filter(([name]) => name.endsWith(end))
      .reduce((all, [, size]) => all + size, 0) / 1000;
  row("script, gzip", `${sum(".js").toFixed(1)} kB`);
  row("style, gzip", `${sum(".css").toFixed(1)} kB`);
}

async function files() {
  const server = createServer((request, response) => {
    const name = request.url.split("?")[0];
    try {
      const body = readFileSync(join(DIST, name === "/" ? "index.html" : name));
      response
        .writeHead(200, { "content-type": KINDS[extname(name)] ?? "text/html" })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { server, address: `http://127.0.0.1:${server.address().port}/` };
}

/* From the start of the navigation: the first paint, and the first card with a value of the broker. */
async function starts(chromium, address, ws, times = 5) {
  const paints = [];
  const lives = [];
  for (let n = 0; n < times; n++) {
    const context = await chromium.newContext({
      viewport: { width: 390, height: 844 },
    });
    await lead(context, ws);
    const page = await context.newPage();
    await page.addInitScript(() => {
      new MutationObserver((_, watcher) => {
        if (!document.querySelector("article .temp")) return;
        watcher.disconnect();
        requestAnimationFrame(() => (window.liveAt = performance.now()));
      }).observe(document, { subtree: true, childList: true });
    });
    await page.goto(address);
    await page.waitForFunction(() => window.liveAt);
    paints.push(
      await page.evaluate(
        () =>
          performance.getEntriesByName("first-contentful-paint")[0]
            ?.startTime ?? NaN,
      ),
    );
    lives.push(await page.evaluate(() => window.liveAt));
    await context.close();
  }
  row("first paint, middle of 5", `${middle(paints).toFixed(0)} ms`);
  row(
    `${ROOMS} rooms with live values, middle of 5`,
    `${middle(lives).toFixed(0)} ms`,
  );
}

async function load(chromium, address, ws, house) {
  const context = await chromium.newContext({
    viewport: { width: 1280, height: 860 },
  });
  await lead(context, ws);
  const page = await context.newPage();
  await page.goto(address);
  await page
    .locator("article")
    .nth(ROOMS - 1)
    .waitFor();
  await page.evaluate(() => {
    window.tasks = [];
    window.touched = [];
    new PerformanceObserver((list) =>
      window.tasks.push(...list.getEntries().map((one) => one.duration)),
    ).observe({ type: "longtask" });
    const seen = new Set();
    const articles = [...document.querySelectorAll("article")];
    articles.forEach((article, n) => {
      const watcher = new MutationObserver(() => seen.add(n));
      watcher.observe(article, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
    });
    window.count = () => {
      const found = seen.size;
      seen.clear();
      return found;
    };
  });
  await house.say("room/room_7/status", status(TICK, { temperature: 17.3 }));
  await page.waitForFunction(() =>
    document.querySelectorAll("article")[6].textContent.includes("17"),
  );
  row(
    "cards that a message of one room touches",
    await page.evaluate(() => window.count()),
  );
  const began = Date.now();
  for (let n = 0; n < SECONDS * PER_SECOND; n++) {
    const wait = began + (1000 / PER_SECOND) * n - Date.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    const temperature = 15 + ((n * 7) % 80) / 10;
    void house.say(
      `room/room_${(n % ROOMS) + 1}/status`,
      status(TICK, { temperature, demand: n % 100 }),
    );
  }
  const tasks = await page.evaluate(() => window.tasks);
  row(
    `long tasks (over 50 ms) in ${SECONDS} s of ${PER_SECOND} messages/s`,
    `${tasks.length}, longest ${Math.max(0, ...tasks)} ms`,
  );
  await context.close();
}

const stage = await broker();
const house = await voice(stage.port);
const chromium = await browser();
const { server, address } = await files();
try {
  for (const [topic, value] of told(ROOMS, TICK)) await house.say(topic, value);
  sizes();
  await starts(chromium, address, stage.ws);
  await load(chromium, address, stage.ws, house);
} finally {
  await chromium.close();
  server.close();
  await house.close();
  await stage.stop();
}
