// Builds what the browser gets: `npm run build` fills src/kamerton/web/static/dist.
//
//   app-HASH.js, app-HASH.css   every page          charts-HASH.js   only pages with a picture
//   map-HASH.js                 only pages with a map of who decides
//   report.js, report.css       put inside the exported HTML report, so their names stay
//   icons-HASH.svg              a sprite of the icons that a template, a script or a view names
//   *-HASH.woff2                Inter, cut to what our four languages write, one file a script
//   manifest.json               logical name -> hashed name; the template tag {% asset %} reads it
//
// Sizes are printed (gzip) and a first load above the budget fails the build.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { PurgeCSS } from 'purgecss';
import subsetFont from 'subset-font';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const web = path.join(root, 'src/kamerton/web');
const final = path.join(web, 'static/dist');
const out = `${final}.new`; // built aside, so that a page never meets half a build
const require = createRequire(import.meta.url);
const target = ['chrome125', 'firefox128', 'safari17.5'];
const FIRST_LOAD_BUDGET = 200_000;

const manifest = {};
const sizes = {};

const gzipped = (content) => gzipSync(content, { level: 9 }).length;

async function emit(name, content, { hashed = true } = {}) {
  const bytes = Buffer.from(content);
  const { name: stem, ext } = path.parse(name);
  // Eight letters, the form that the server marks as never changing.
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  const file = hashed ? `${stem}-${hash}${ext}` : name;
  await writeFile(path.join(out, file), bytes);
  manifest[name] = file;
  sizes[name] = ext === '.woff2' ? bytes.length : gzipped(bytes);
  return file;
}

async function filesBelow(folder, extensions) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && extensions.includes(path.extname(entry.name)))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !file.startsWith(final));
}

/** Everything that can name a class or an icon. */
async function sources() {
  const files = [
    ...(await filesBelow(path.join(web, 'templates'), ['.html'])),
    ...(await filesBelow(web, ['.py'])),
    ...(await filesBelow(path.join(here, 'js'), ['.js'])),
  ];
  return Promise.all(files.map(async (file) => ({ file, raw: await readFile(file, 'utf8') })));
}

// --- fonts ---------------------------------------------------------------------------------------

const span = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const FACES = [
  // Arrows and the minus sign ride with Latin: every page with a change of a figure uses them.
  { name: 'latin', range: 'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215' },
  { name: 'latin-ext', range: 'U+0100-0130,U+0132-0151,U+0154-017F,U+0218-021B,U+1E9E,U+20A4,U+20A6,U+20A8-20AB,U+20AD-20BF' },
  { name: 'cyrillic', range: 'U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116' },
];

const codepoints = (range) =>
  range.split(',').flatMap((part) => {
    const [from, to] = part.replace('U+', '').split('-').map((hex) => parseInt(hex, 16));
    return span(from, to ?? from);
  });

async function fonts() {
  let css = '';
  for (const face of FACES) {
    const source = require.resolve(`@fontsource-variable/inter/files/inter-${face.name}-wght-normal.woff2`);
    const small = await subsetFont(await readFile(source), String.fromCodePoint(...codepoints(face.range)), {
      targetFormat: 'woff2',
      variationAxes: { wght: { min: 400, max: 650, default: 400 } },
    });
    const file = await emit(`inter-${face.name}.woff2`, small);
    css += `@font-face{font-family:Inter;font-style:normal;font-display:swap;font-weight:400 650;src:url(${file}) format("woff2");unicode-range:${face.range}}\n`;
  }
  return css;
}

// --- icons ---------------------------------------------------------------------------------------

/** Templates name icons as {% icon "x" %} or icon="x", scripts as '#x' or 'x' beside a state; in Python any
    text that is the name of an icon counts, so that a Link or a Section can carry one. */
async function icons(files) {
  const { icons: known } = JSON.parse(await readFile(require.resolve('@iconify-json/tabler/icons.json'), 'utf8'));
  const wanted = new Set();
  for (const { file, raw } of files) {
    if (file.endsWith('.html')) {
      for (const [, name] of raw.matchAll(/(?:\{%\s*icon\s+|\bicon=)["']([a-z0-9-]+)["']/g)) {
        if (!known[name]) throw new Error(`No such Tabler icon: ${name} in ${file}`);
        wanted.add(name);
      }
    } else {
      for (const [, name] of raw.matchAll(/["']([a-z][a-z0-9-]*)["']/g)) if (known[name]) wanted.add(name);
    }
  }
  const symbols = [...wanted].sort().map((name) => `<symbol id="${name}" viewBox="0 0 24 24">${known[name].body}</symbol>`);
  await emit('icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`);
  return wanted.size;
}

// --- styles --------------------------------------------------------------------------------------

async function styles(files, faces) {
  const bundled = await esbuild.build({
    entryPoints: [path.join(here, 'css/app.css')],
    bundle: true,
    write: false,
    target,
    external: ['*.woff2'],
    loader: { '.svg': 'dataurl' },
  });
  const [purged] = await new PurgeCSS().purge({
    content: files.map(({ file, raw }) => ({ raw, extension: path.extname(file).slice(1) })),
    css: [{ raw: bundled.outputFiles[0].text }],
    variables: true,
    keyframes: true,
    safelist: {
      standard: [/^k-/, /^htmx-/, /^is-/, /^has-/],
      greedy: [/data-bs-theme/],
      variables: [/^--k-/],
    },
  });
  const { code } = await esbuild.transform(faces + purged.css, { loader: 'css', minify: true, target });
  await emit('app.css', code);
}

// --- scripts -------------------------------------------------------------------------------------

async function script(name, entry, { hashed = true } = {}) {
  const built = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target,
    legalComments: 'none',
  });
  await emit(name, built.outputFiles[0].contents, { hashed });
}

/** The exported report carries its own script and style; they live in frontend/report. */
async function report() {
  const folder = path.join(here, 'report');
  const entry = ['report.js', 'index.js'].map((file) => path.join(folder, file)).find(existsSync);
  if (entry) await script('report.js', entry, { hashed: false });
  const sheet = path.join(folder, 'report.css');
  if (existsSync(sheet)) {
    const built = await esbuild.build({ entryPoints: [sheet], bundle: true, minify: true, write: false, target, loader: { '.woff2': 'dataurl' } });
    await emit('report.css', built.outputFiles[0].contents, { hashed: false });
  }
}

// --- all -----------------------------------------------------------------------------------------

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const files = await sources();
const faces = await fonts();
const count = await icons(files);
await styles(files, faces);
await script('app.js', path.join(here, 'js/app.js'));
if (existsSync(path.join(here, 'js/charts.js'))) await script('charts.js', path.join(here, 'js/charts.js'));
await script('map.js', path.join(here, 'js/map.js'));
await report();
for (const art of await readdir(path.join(here, 'art'))) {
  await emit(art, await readFile(path.join(here, 'art', art)), { hashed: false });
}
await writeFile(path.join(out, 'manifest.json'), JSON.stringify(manifest, null, 1));

const first = ['app.js', 'app.css', 'icons.svg', 'inter-latin.woff2'].reduce((sum, name) => sum + sizes[name], 0);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
for (const [name, size] of Object.entries(sizes)) console.log(name.padEnd(24), kilobytes(size).padStart(10));
console.log(`${count} icons; first load ${kilobytes(first)} (budget ${kilobytes(FIRST_LOAD_BUDGET)})`);
if (first > FIRST_LOAD_BUDGET) {
  console.error('The first load is above its budget.');
  process.exit(1);
}
await rm(final, { recursive: true, force: true });
await rename(out, final);
