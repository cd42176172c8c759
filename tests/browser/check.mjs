// A release's page in a real browser: accessible in light, dark, print and at 360 px, asking nothing of the network, usable
// from the keyboard, and showing exactly the bands of its CSV files.
//
//   node check.mjs RELEASE-DIRECTORY... [--browser /usr/bin/chromium]

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const flag = process.argv.indexOf("--browser");
const executablePath = flag < 0 ? "/usr/bin/chromium" : process.argv[flag + 1];
const releases = process.argv.slice(2).filter((_, place) => flag < 0 || (place !== flag - 2 && place !== flag - 1));

const looks = [
  { name: "light", media: { colorScheme: "light" }, width: 1000 },
  { name: "dark", media: { colorScheme: "dark" }, width: 1000 },
  { name: "print", media: { media: "print" }, width: 800 },
  { name: "forced colours", media: { forcedColors: "active" }, width: 1000 },
  { name: "360 px", media: { colorScheme: "light" }, width: 360 },
  { name: "360 px dark", media: { colorScheme: "dark" }, width: 360 },
];

let faults = 0;
const fault = (text) => { faults += 1; console.error(`FAULT: ${text}`); };

// The bands of the CSV files: no field of ours that matters here has a quotation mark in it.
function bandsOfFiles(directory) {
  const tables = readdirSync(directory).filter((name) => name.endsWith(".csv"));
  return tables.flatMap((name) => readFileSync(join(directory, name), "utf8").trim().split("\r\n").slice(1)
    .map((line) => line.split(",").at(-1))).sort();
}

async function check(browser, directory) {
  const url = pathToFileURL(resolve(directory, "report.html")).href;
  for (const look of looks) {
    const context = await browser.newContext({ viewport: { width: look.width, height: 900 } });
    const page = await context.newPage();
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.emulateMedia(look.media);
    await page.goto(url);
    const others = asked.filter((one) => one !== url);
    if (others.length) fault(`${directory}, ${look.name}: asks for ${others}`);
    await page.evaluate(axe);
    const result = await page.evaluate(() => axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }));
    for (const one of result.violations) {
      fault(`${directory}, ${look.name}: ${one.id}: ${one.help}: ${one.nodes.map((node) => node.target).join("; ")}`);
    }
    if (result.passes.length < 10) fault(`${directory}, ${look.name}: only ${result.passes.length} rules applied`);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    if (sideways && look.name !== "print") fault(`${directory}, ${look.name}: the page scrolls sideways`);
    await context.close();
  }
  await checkBandsAndKeys(browser, directory, url);
}

async function checkBandsAndKeys(browser, directory, url) {
  const context = await browser.newContext({ javaScriptEnabled: true });
  const page = await context.newPage();
  await page.goto(url);
  const cells = await page.$$eval("td[data-band]", (cells) =>
    cells.map((cell) => ({ band: cell.dataset.band, text: cell.textContent.trim() })));
  const wanted = bandsOfFiles(directory);
  if (JSON.stringify(cells.map((cell) => cell.band).sort()) !== JSON.stringify(wanted)) {
    fault(`${directory}: the page shows ${cells.length} numbers, the files have ${wanted.length} or others`);
  }
  // What people read are the same ends, however the language writes them.
  const ends = (text) => text.replace(/[.,\u202f\u00a0](?=\d{3})/g, "").match(/\d+/g) ?? [];
  for (const { band, text } of cells.filter((cell) => /^\d/.test(cell.band))) {
    if (ends(text).join("-") !== band) fault(`${directory}: the page reads ${text} for ${band}`);
  }
  await checkPictures(page, directory);
  // Every table region and every link is reached with the Tab key alone.
  const reachable = await page.$$eval("a[href], [tabindex='0']", (all) => all.length);
  const reached = new Set();
  for (let step = 0; step < reachable + 2; step += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => [...document.querySelectorAll("*")].indexOf(document.activeElement)));
  }
  if ([...reached].filter((place) => place > 3).length < reachable) fault(`${directory}: keys reach ${reached.size} of ${reachable}`);
  await context.close();
}

// Every picture has its numbers beside it, and as many upright bars as numbers; no bar is left of 0 or beyond the end.
async function checkPictures(page, directory) {
  const faults = await page.$$eval("td[data-measure]:has(svg.course)", (cells) => cells.flatMap((cell) => {
    const numbers = [...cell.parentElement.querySelectorAll("td[data-earlier]")].filter((one) => /^\d/.test(one.dataset.earlier));
    const bars = [...cell.querySelectorAll("rect:not(.line)")];
    const out = bars.some((bar) => +bar.getAttribute("y") < 0 || +bar.getAttribute("y") + +bar.getAttribute("height") > 1000);
    return bars.length === numbers.length && !out ? [] : [`${bars.length} bars for ${numbers.length} numbers`];
  }));
  for (const one of faults) fault(`${directory}: ${one}`);
}

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
for (const directory of releases) await check(browser, directory);
await browser.close();
console.log(`pages: ${releases.length}, looks: ${looks.length}, faults: ${faults}`);
process.exit(faults ? 1 : 0);
