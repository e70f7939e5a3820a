/**
 * Holds the console's floors: app → features → ui → lib → api; features are strangers; no circles.
 *
 * The zones are read from the folder list, so that a new feature is never born lawless. It reads
 * import statements as text, which is enough for a code base with one alias and no tricks.
 */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const SRC = resolve("src");
const FLOORS = ["api", "lib", "ui", "features", "app"];
const ENDINGS = ["", ".ts", ".tsx", "/index.ts", "/index.tsx"];
const IMPORT = /(?:from|import)\s*\(?\s*"((?:@\/|\.)[^"]+)"/g;
const TYPE_ONLY = /^import type /;

/** Every source file below a folder. */
function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesBelow(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** The file that an import names, or nothing for styles and pictures. */
function target(from, written) {
  const path = written.startsWith("@/") ? join(SRC, written.slice(2)) : resolve(dirname(from), written);
  return ENDINGS.map((ending) => path + ending).find((one) => existsSync(one) && statSync(one).isFile());
}

/** What a file imports: the whole, and without what vanishes with the types. */
function importsOf(file) {
  const found = { all: [], atRunTime: [] };
  for (const statement of readFileSync(file, "utf8").split(/;\s*\n/)) {
    for (const match of statement.matchAll(IMPORT)) {
      const path = target(file, match[1]);
      if (!path || !path.startsWith(SRC)) continue;
      found.all.push(path);
      if (!TYPE_ONLY.test(statement.trimStart())) found.atRunTime.push(path);
    }
  }
  return found;
}

const shown = (path) => relative(SRC, path);
const floorOf = (path) => FLOORS.indexOf(shown(path).split("/")[0]);
const featureOf = (path) => (shown(path).startsWith("features/") ? shown(path).split("/")[1] : undefined);

const files = filesBelow(SRC);
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const broken = [];

for (const [file, { all }] of imports) {
  for (const path of all) {
    if (floorOf(path) > floorOf(file)) broken.push(`${shown(file)} reaches up to ${shown(path)}`);
    const [own, other] = [featureOf(file), featureOf(path)];
    if (own && other && own !== other) broken.push(`${shown(file)} looks into the feature ${other}`);
  }
}

const state = new Map();
function walk(file, trail) {
  if (state.get(file) === "done") return;
  if (state.get(file) === "open") {
    broken.push(`circle: ${[...trail.slice(trail.indexOf(file)), file].map(shown).join(" → ")}`);
    return;
  }
  state.set(file, "open");
  for (const next of imports.get(file)?.atRunTime ?? []) walk(next, [...trail, file]);
  state.set(file, "done");
}
for (const file of files) walk(file, []);

if (broken.length) {
  console.error(`The floors are broken:\n  ${broken.join("\n  ")}`);
  process.exit(1);
}
