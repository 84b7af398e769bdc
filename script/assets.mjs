// Completes the site's folder after wasm-bindgen: CSS, fonts, public files; deletes what does not belong there.
// node script/assets.mjs SITE VIEWER [--compress]      (called by script/build)
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundle } from "lightningcss";

const [site, viewer, flag] = process.argv.slice(2);
const compress = flag === "--compress";
const expected = new Set();

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)],
  );

// A file that has not changed keeps its date, and with it its place in the browsers' caches.
function put(name, content) {
  const path = join(site, name);
  expected.add(path);
  if (existsSync(path) && readFileSync(path).equals(content)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

// No browser targets are given on purpose: light-dark(), nesting and oklch() stay as they are.
put("pkg/carillon.css", Buffer.from(bundle({ filename: "style/main.css", minify: true }).code));
for (const path of filesIn("public")) put(relative("public", path), readFileSync(path));

const inter = "node_modules/@fontsource-variable/inter";
for (const file of readdirSync(join(inter, "files"))) {
  if (file.endsWith("-wght-normal.woff2")) put(join("fonts", file), readFileSync(join(inter, "files", file)));
}
put("fonts/LICENSE", readFileSync(join(inter, "LICENSE")));

// The page that shows the description of the API.
put("reference/scalar.js", readFileSync(join(viewer, "dist/browser/standalone.js")));

for (const path of filesIn(join(site, "pkg"))) {
  if (/\.(js|wasm)$/.test(path)) expected.add(path); // wasm-bindgen's
}

if (compress) {
  for (const path of [...expected].filter((path) => /\.(css|js|wasm|svg|txt)$/.test(path))) {
    const content = readFileSync(path);
    if (content.length < 1024) continue;
    for (const [suffix, pack] of [[".gz", gzip], [".br", brotli]]) {
      const packed = path + suffix;
      expected.add(packed);
      if (existsSync(packed) && statSync(packed).mtimeMs >= statSync(path).mtimeMs) continue;
      writeFileSync(packed, pack(content));
    }
  }
}

for (const path of filesIn(site)) if (!expected.has(path)) rmSync(path);

function gzip(content) {
  return gzipSync(content, { level: 9 });
}

function brotli(content) {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } });
}
