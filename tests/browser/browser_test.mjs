// The HTML page in a real browser: browser_test.mjs RIGFIT MACHINES PACKAGES [SCREENSHOTS]
// PACKAGES is a folder in which npm installed package.json; SCREENSHOTS, a folder, is filled with pictures to look at.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {pathToFileURL} from "node:url";

const [rigfit, machines, packages, screenshots] = process.argv.slice(2).map(path => resolve(path));
const skip = reason => { console.log(`skipped: ${reason}`); process.exit(77); };
const chromium = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .find(path => path && existsSync(path));
if (!chromium) skip("no Chromium here; `./dev test --browser` installs it");
let playwright, axe;
try {
  const require = createRequire(join(packages, "package.json"));
  playwright = require("playwright-core");
  axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
} catch {
  skip("playwright-core and axe-core are not installed; `./dev test --browser` installs them");
}

const MACHINES = {
  ready: "cuda/ready-two-gpus", blocked: "cuda/blocked-library-mismatch", mac: "mps/ready", cpu: "host/no-accelerator",
  amd: "rocm/ready-instinct", unknown: "host/nothing-recorded"};
const folder = mkdtempSync(join(tmpdir(), "rigfit-browser-"));
const machineFile = name => join(machines, MACHINES[name] ?? name, "machine.json");
const run = (args, input) => {
  try {
    return execFileSync(rigfit, [...args, "--exit-zero"], {input, encoding: "utf8", maxBuffer: 1 << 26});
  } catch (error) {
    throw new Error(`rigfit ${args.join(" ")}: ${error.stderr}`);
  }
};
const written = new Map();
const pageOf = (name, args = [], file = machineFile(name)) => {
  const key = [name, ...args].join(" ");
  if (!written.has(key)) {
    const path = join(folder, `${written.size}.html`);
    run(["--from", file, "--format", "html", "--output", path, ...args]);
    written.set(key, pathToFileURL(path).href);
  }
  return written.get(key);
};

const browser = await playwright.chromium.launch({
  executablePath: chromium, args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-prefers-reduced-motion"]});

// Opens a page and fails for whatever it complains of or asks others for.
async function open(url, options = {}) {
  const context = await browser.newContext({reducedMotion: "reduce", ...options});
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", message => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
  });
  page.on("pageerror", error => page.complaints.push(String(error)));
  page.on("dialog", dialog => { page.complaints.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", request => {
    if (request.url().split("#")[0] !== url.split("#")[0] && !request.url().startsWith("data:"))
      page.complaints.push(`asks for ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

let passed = 0;
const failures = [];
async function test(name, body) {
  try {
    await body();
    ++passed;
    console.log(`ok   ${name}`);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL ${name}: ${error.message}`);
  }
}
async function closed(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

// The same numbers in each run.
let state = 20261126;
const random = below => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor(state / 4294967296 * below);
};

const rankingShown = page => page.evaluate(() => ({
  ranked: [...document.querySelectorAll("#rank-list > li")].map(li => [
    li.querySelector("b").textContent, +li.querySelector(".place").textContent, li.querySelector(".total").textContent]),
  behind: [...document.querySelectorAll("#behind-list > li b")].map(b => b.textContent).sort(),
}));

const total = place => {
  const tenths = value => {
    const [n, d] = value.split("/").map(BigInt);
    const t = (n * 20n + (d ?? 1n)) / ((d ?? 1n) * 2n);
    return `${t / 10n}.${t % 10n}`;
  };
  return tenths(place.score_exact);
};

for (const name of Object.keys(MACHINES))
  await test(`${name}: opens from a file without a complaint or a request`, async () => {
    const page = await open(pageOf(name));
    assert.ok(await page.locator("h1").isVisible());
    assert.ok(await page.locator("#controls").isVisible(), "the script runs");
    await closed(page);
  });

for (const [name, args, rounds] of [["ready", [], 60], ["blocked", [], 40], ["mac", [], 40], ["cpu", [], 30],
                                    ["unknown", [], 15], ["amd", ["--profile", "research"], 15]])
  await test(`${name}: the page ranks as the program does, for ${rounds} random settings`, async () => {
    const page = await open(pageOf(name, args));
    const {factors, options} = JSON.parse(await page.locator("#data").textContent());
    const nameOf = Object.fromEntries(options.map(o => [o.id, o.name]));
    for (let round = 0; round < rounds; ++round) {
      const most = [1, 5, 100, 100, 1000000][random(5)];
      const points = Object.fromEntries(factors.map(f => [f.id, random(5) === 0 ? 0 : random(most + 1)]));
      let on = options.filter(() => round % 3 !== 0 || random(3) > 0);
      if (on.length === 0) on = options;
      const words = Object.entries(points).map(([factor, value]) => `${factor}=${value}`);
      const off = options.filter(o => !on.includes(o)).map(o => o.id);
      if (off.length) words.push(`without=${off.join(",")}`);
      await page.evaluate(hash => { location.hash = ""; location.hash = hash; }, words.join("&"));
      await page.waitForFunction(points => Object.entries(points).every(([id, value]) =>
          document.getElementById(`o-${id}`).textContent === String(value)), points);
      const {ranking} = JSON.parse(run(["--from", machineFile(name), "--format", "json", ...args, "--priorities", "-",
                                        "--candidates", on.map(o => o.id).join(",")], JSON.stringify({points})));
      const expected = {
        ranked: ranking.filter(p => p.rank !== null).map(p => [
          nameOf[p.id], p.rank,
          p.score_range[0] === p.score_range[1] ? total(p) : null]),
        behind: ranking.filter(p => p.rank === null).map(p => nameOf[p.id]).sort(),
      };
      const shown = await rankingShown(page);
      shown.ranked.forEach((place, n) => { if (expected.ranked[n]?.[2] === null) place[2] = null; });
      assert.deepEqual(shown, expected, `${JSON.stringify(points)} without ${off}`);
    }
    await closed(page);
  });

await test("the first view is what the program said without a script", async () => {
  for (const name of Object.keys(MACHINES)) {
    const [still, live] = [await open(pageOf(name), {javaScriptEnabled: false}), await open(pageOf(name))];
    const texts = page => page.locator("#rank-list .total, #rank-list b, tfoot .score, .badge, .points").allTextContents();
    assert.deepEqual((await texts(live)).filter(Boolean), (await texts(still)).filter(Boolean), name);
    const flips = page => page.locator(".flip").allTextContents();
    assert.deepEqual(await flips(live), await flips(still), name);
    const lines = page => page.locator(".chart .line").evaluateAll(all => all.map(line =>
        [line.getAttribute("visibility") ?? "visible", +line.getAttribute("y1"), +line.getAttribute("y2")]));
    const drawn = await lines(still);
    (await lines(live)).forEach(([visibility, ...ends], n) => {
      assert.equal(visibility, drawn[n][0], name);
      ends.forEach((end, i) => assert.ok(Math.abs(end - drawn[n][i + 1]) < 0.01, name));
    });
    await closed(still);
    await closed(live);
  }
});

await test("it is whole without scripts", async () => {
  const page = await open(pageOf("blocked"), {javaScriptEnabled: false});
  for (const id of ["verdict", "problems", "ranking", "comparison", "firm", "choose", "statistics", "recommendation",
                    "machine", "sources"])
    assert.ok(await page.locator(`#${id}`).isVisible(), id);
  assert.equal(await page.locator("#controls").isVisible(), false);
  assert.equal(await page.locator("button:visible").count(), 0, "nothing that would do nothing");
  await closed(page);
});

await test("nothing is wider than the window, from 320 to 1920", async () => {
  for (const name of ["ready", "blocked", "mac", "cpu"]) {
    const page = await open(pageOf(name));
    for (const width of [320, 360, 414, 600, 768, 895, 896, 1024, 1280, 1440, 1920]) {
      await page.setViewportSize({width, height: 900});
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${name} at ${width}: ${over} too wide`);
    }
    await closed(page);
  }
});

await test("sliders, toggles and buttons work by keyboard", async () => {
  const page = await open(pageOf("cpu"));
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  const slider = page.locator("#p-production_readiness");
  await slider.focus();
  for (let n = 0; n < 5; ++n) await page.keyboard.press("ArrowRight");
  assert.equal(await slider.inputValue(), "25");
  assert.match(await slider.getAttribute("aria-valuetext"), /25 points, 24 percent/);
  assert.match(page.url(), /production_readiness=25/);
  assert.match(await page.locator("#command").textContent(), /^rigfit --priority production_readiness=25$/);
  const toggle = page.locator("#controls input[type=checkbox]").first();
  await toggle.focus();
  await page.keyboard.press("Space");
  assert.equal(await toggle.isChecked(), false);
  assert.match(page.url(), /without=/);
  await page.locator("#reset").focus();
  await page.keyboard.press("Enter");
  assert.equal(await slider.inputValue(), "20");
  assert.doesNotMatch(page.url(), /=/);
  const seen = await page.evaluate(() => {
    document.querySelector("#p-ease_of_use").focus();
    return getComputedStyle(document.activeElement).outlineStyle;
  });
  assert.notEqual(seen, "none", "what has the focus is seen");
  await closed(page);
});

await test("a link keeps the setting", async () => {
  const page = await open(`${pageOf("cpu")}#ease_of_use=70&hardware_support=3&without=jax`);
  assert.equal(await page.locator("#p-ease_of_use").inputValue(), "70");
  assert.equal(await page.locator("#o-hardware_support").textContent(), "3");
  assert.equal(await page.locator("#controls [type=checkbox]:not(:checked)").count(), 1);
  assert.equal(await page.locator("th[data-option]:visible").count(),
               await page.locator("#controls [type=checkbox]:checked").count());
  await closed(page);
});

await test("a link with nonsense does no harm", async () => {
  for (const hash of ["ease_of_use=-1&x=y", "ease_of_use=99999999999", "ease_of_use=<b>", "=&==&without=,,", "%ZZ=1",
                      "without=pytorch,tensorflow,jax,mlx"]) {
    const page = await open(`${pageOf("cpu")}#${hash}`);
    assert.equal(await page.locator("#p-ease_of_use").inputValue(), "20", hash);
    assert.equal(await page.locator("#controls [type=checkbox]:not(:checked)").count(), 0, hash);
    await closed(page);
  }
});

await test("commands can be copied", async () => {
  const page = await open(pageOf("blocked"), {permissions: ["clipboard-read", "clipboard-write"]});
  const block = page.locator("pre.copyable").first();
  await block.locator("button").click();
  await block.locator("button", {hasText: "Copied"}).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
               (await block.locator("code").textContent()).trim());
  await closed(page);
});

await test("it prints, folded parts too", async () => {
  const page = await open(pageOf("blocked"));
  await page.emulateMedia({media: "print"});
  assert.equal(await page.locator("nav").isVisible(), false);
  assert.equal(await page.locator("#controls").isVisible(), false);
  const pdf = await page.pdf({format: "A4"});
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  assert.ok(pages >= 2 && pages <= 14, `${pages} pages`);
  await closed(page);
});

await test("axe-core finds nothing", async () => {
  for (const name of ["ready", "blocked", "mac", "cpu"])
    for (const colorScheme of ["light", "dark"])
      for (const width of [320, 1440]) {
        const page = await open(pageOf(name), {colorScheme, bypassCSP: true, viewport: {width, height: 900}});
        await page.evaluate(axe);
        const {violations} = await page.evaluate(() => window.axe.run(
            {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}));
        assert.deepEqual(violations.map(v => `${v.id}: ${v.nodes.length}: ${v.nodes[0].html.slice(0, 160)}`), [],
                         `${name}, ${colorScheme}, ${width}`);
        await page.context().close();
      }
});

await test("a machine with a hostile name does nothing", async () => {
  const evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\" autofocus onfocus=\"alert(3)";
  const machine = JSON.parse(readFileSync(machineFile("ready"), "utf8"));
  const text = JSON.stringify(machine).replaceAll("NVIDIA", JSON.stringify(`NVIDIA ${evil}`).slice(1, -1));
  const file = join(folder, "evil.json");
  writeFileSync(file, text);
  const page = await open(pageOf("evil", [], file));
  await page.waitForTimeout(200);
  assert.equal(await page.locator("main img, main script").count(), 0);
  await closed(page);
});

await test("fleet: the map of nodes filters by finding and by class, without a complaint", async () => {
  const path = join(folder, "fleet.html");
  run(["fleet", "--format", "html", "--output", path, ...Object.keys(MACHINES).map(machineFile)]);
  for (const colorScheme of ["light", "dark"]) {
    const page = await open(pathToFileURL(path).href, {colorScheme});
    assert.equal(await page.locator(".map i").count(), Object.keys(MACHINES).length);
    const options = await page.locator("#filter option").evaluateAll(all => all.map(one => one.value));
    assert.ok(options.some(value => value.startsWith("f")) && options.some(value => value.startsWith("c")));
    for (const value of options.filter(Boolean)) {
      await page.locator("#filter").selectOption(value);
      const count = +await page.locator(`#${value} .count`).textContent();
      assert.equal(await page.locator(".map i.shown").count(), count, value);
    }
    await closed(page);
    for (const width of [320, 1440]) {
      const tested = await open(pathToFileURL(path).href, {colorScheme, bypassCSP: true, viewport: {width, height: 900}});
      await tested.evaluate(axe);
      const {violations} = await tested.evaluate(() => window.axe.run(
          {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}));
      assert.deepEqual(violations.map(v => `${v.id}: ${v.nodes.length}: ${v.nodes[0].html.slice(0, 160)}`), [], `${width}`);
      await tested.context().close();
    }
  }
});

const buildsPages = {here: ["--from", machineFile("ready")], blocked: ["--from", machineFile("blocked")], all: ["--all", "--from", machineFile("amd")]};
for (const [name, args] of Object.entries(buildsPages)) {
  const path = join(folder, `builds-${name}.html`);
  run(["builds", "--format", "html", "--output", path, ...args]);
  buildsPages[name] = pathToFileURL(path).href;
}

await test("builds: the page needs no script, fits every window, and axe-core finds nothing", async () => {
  for (const [name, url] of Object.entries(buildsPages))
    for (const colorScheme of ["light", "dark"]) {
      const page = await open(url, {colorScheme, javaScriptEnabled: true});
      for (const width of [320, 414, 768, 895, 896, 1024, 1440, 1920]) {
        await page.setViewportSize({width, height: 900});
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${name} at ${width}: ${over} too wide`);
        assert.equal(await page.locator("tr.build th b:visible").count(), await page.locator("tr.build").count());
      }
      await closed(page);
      for (const width of [320, 1440]) {
        const tested = await open(url, {colorScheme, bypassCSP: true, viewport: {width, height: 900}});
        await tested.evaluate(axe);
        const {violations} = await tested.evaluate(() => window.axe.run(
            {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}));
        assert.deepEqual(violations.map(v => `${v.id}: ${v.nodes.length}: ${v.nodes[0].html.slice(0, 160)}`), [], `${name} ${width}`);
        await tested.context().close();
      }
    }
});

if (screenshots) {
  mkdirSync(screenshots, {recursive: true});
  for (const name of ["ready", "blocked", "mac", "cpu"])
    for (const colorScheme of ["light", "dark"])
      for (const width of [320, 768, 1440]) {
        const page = await open(pageOf(name), {colorScheme, viewport: {width, height: 900}});
        await page.screenshot({path: join(screenshots, `${name}-${colorScheme}-${width}.png`), fullPage: true});
        await page.context().close();
      }
  for (const [name, url] of Object.entries(buildsPages))
    for (const colorScheme of ["light", "dark"])
      for (const width of [320, 768, 1440]) {
        const page = await open(url, {colorScheme, viewport: {width, height: 900}});
        await page.screenshot({path: join(screenshots, `builds-${name}-${colorScheme}-${width}.png`), fullPage: true});
        await page.context().close();
      }
}
await browser.close();
rmSync(folder, {recursive: true});
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
