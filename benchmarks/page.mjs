/* What the page costs, on this computer: its size, when something is seen, when values are live, how long its tasks are
with 60 rooms and 20 messages a second, and how many cards a message of one room touches. `make benchmark-page`. */
import {
  cardsThatChange,
  longTasks,
  size,
  starts,
  TICK,
} from "../web/tests/cost.mjs";
import {
  broker,
  browser,
  lead,
  serve,
  status,
  told,
  voice,
} from "../web/tests/running.mjs";

const LOAD = { rooms: 60, perSecond: 20, seconds: 15 };
const row = (what, value) => console.log(what.padEnd(52), value);

async function measureLoad(chromium, address, ws, house) {
  const context = await chromium.newContext({
    viewport: { width: 1280, height: 860 },
  });
  await lead(context, ws);
  const page = await context.newPage();
  await page.goto(address);
  await page.locator("article button:enabled").first().waitFor();
  const changed = await cardsThatChange(page);
  await house.say("room/room_7/status", status(TICK, { temperature: 17.3 }));
  await page.waitForFunction(() =>
    document.querySelectorAll("article")[6].textContent.includes("17"),
  );
  row("cards that a message of one room touches", (await changed()).length);
  const tasks = await longTasks(page, house, LOAD);
  row(
    `long tasks (over 50 ms) in ${LOAD.seconds} s of ${LOAD.perSecond} messages/s`,
    `${tasks.length}, longest ${Math.max(0, ...tasks)} ms`,
  );
  await context.close();
}

const stage = await broker();
const house = await voice(stage.port);
const chromium = await browser();
const { address, stop } = await serve();
try {
  for (const [topic, value] of told(LOAD.rooms, TICK))
    await house.say(topic, value);
  row("script, gzip", `${size(".js").toFixed(1)} kB`);
  row("style, gzip", `${size(".css").toFixed(1)} kB`);
  const { paint, live } = await starts(chromium, address, stage.ws);
  row("first paint, middle of 5", `${paint.toFixed(0)} ms`);
  row(
    `${LOAD.rooms} rooms with live values, middle of 5`,
    `${live.toFixed(0)} ms`,
  );
  await measureLoad(chromium, address, stage.ws, house);
} finally {
  await chromium.close();
  stop();
  await house.close();
  await stage.stop();
}
