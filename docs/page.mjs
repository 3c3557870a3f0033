#!/usr/bin/env node
// Makes page.png, the picture of the HTML page in the README: docs/page.mjs RIGFIT PACKAGES
// PACKAGES is a folder in which npm installed tests/browser/package.json (`./dev test --browser` makes build/browser).
import {execFileSync} from "node:child_process";
import {existsSync, mkdtempSync, rmSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {dirname, join, resolve} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [rigfit, packages] = process.argv.slice(2).map(path => resolve(path));
const playwright = createRequire(join(packages, "package.json"))("playwright-core");
const chromium = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(path => path && existsSync(path));
const folder = mkdtempSync(join(tmpdir(), "rigfit-page-"));
const page = join(folder, "page.html");
const machine = join(here, "../tests/machines/cuda/blocked-secure-boot-workstation/machine.json");
execFileSync(rigfit, ["--from", machine, "--format", "html", "--output", page, "--exit-zero"]);
const browser = await playwright.chromium.launch({executablePath: chromium, args: ["--no-sandbox", "--force-prefers-reduced-motion"]});
const tab = await browser.newPage({viewport: {width: 1200, height: 760}, colorScheme: "light"});
await tab.goto(pathToFileURL(page).href);
await tab.screenshot({path: join(here, "page.png")});
await browser.close();
rmSync(folder, {recursive: true});
