/**
 * Fails the build when the script that the first page needs weighs more than its budget.
 *
 * First load = the entry chunk and everything it imports statically, plus what the shell always
 * asks for next (one language and the signed-in shell), each gzipped as a server would.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 350;
const ALWAYS_ASKED_FOR = [/shell\/shell\.tsx$/, /languages\/zh\.ts$/, /overview-page\.tsx$/];

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const files = new Map();

/** Adds a chunk and its static imports to the first load. */
function take(key) {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return;
  if (!chunk.file.endsWith(".js")) return;
  files.set(chunk.file, gzipSync(readFileSync(`dist/${chunk.file}`)).length / 1024);
  for (const next of chunk.imports ?? []) take(next);
}

for (const key of Object.keys(manifest)) {
  if (manifest[key].isEntry || ALWAYS_ASKED_FOR.some((pattern) => pattern.test(key))) take(key);
}
const total = [...files.values()].reduce((sum, size) => sum + size, 0);
for (const [file, size] of [...files].sort((a, b) => b[1] - a[1])) {
  console.log(`${size.toFixed(1).padStart(8)} KB  ${file}`);
}
console.log(`${total.toFixed(1).padStart(8)} KB  first load, gzipped (budget ${BUDGET_KB} KB)`);
if (total > BUDGET_KB) {
  console.error("The first load is over its budget: split a route, or import less.");
  process.exit(1);
}
