// The picture of a report in the README: the head of a release's page, as a browser shows it.
//
// data/report.png is of the README's first command:
//
//   node picture.mjs ../../target/demo ../../data/report.png [--browser /usr/bin/chromium]

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [directory, file] = process.argv.slice(2);
const flag = process.argv.indexOf("--browser");
const browser = await chromium.launch({
  executablePath: flag < 0 ? "/usr/bin/chromium" : process.argv[flag + 1],
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 900, height: 760 } });
await page.goto(pathToFileURL(resolve(directory, "report.html")).href);
await page.screenshot({ path: file, clip: { x: 0, y: 0, width: 900, height: 760 } });
await browser.close();
