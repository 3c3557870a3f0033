// Whether what stands in a conda or pixi file means something to rattler, the library that conda and pixi are built on:
// conda_specs.cjs PACKAGES < [["platform"|"package"|"version", TEXT], ...]. Prints what does not, a line each.
const {createRequire} = require("node:module");
const {join} = require("node:path");
const {readFileSync} = require("node:fs");
const rattler = createRequire(join(process.argv[2], "package.json"))("@conda-org/rattler");
const means = {
  platform: text => rattler.isPlatform(text),
  package: text => rattler.isPackageName(text),
  version: text => Boolean(new rattler.VersionSpec(text)),
};
for (const [kind, text] of JSON.parse(readFileSync(0, "utf8"))) {
  let reason = "no";
  try {
    if (means[kind](text)) continue;
  } catch (error) {
    reason = String(error).split("\n")[0];
  }
  console.log(`${kind} ${JSON.stringify(text)}: ${reason}`);
}
