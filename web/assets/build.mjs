// Builds the browser assets: every *.scss and *.js that lies directly in this folder becomes one bundle of the same name.
// Called by hatch_build.py as `node build.mjs OUTPUT` in the folder where the npm packages are installed.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(join(process.cwd(), 'package.json'))
const esbuild = require('esbuild')
const sass = require('sass')

const here = dirname(fileURLToPath(import.meta.url))
const bundles = readdirSync(here).filter((name) => /\.(scss|js)$/.test(name))

// The footer's sheet draws the royal coat of arms, which only the United Kingdom's government may show.
const CREST = /url\([^)]*govuk-crest\.svg[^)]*\)/g

const scss = {
  name: 'scss',
  setup: (build) => build.onLoad({ filter: /\.scss$/ }, ({ path }) => {
    // MOJ's sheets name govuk-frontend by its path from the folder that holds node_modules, hence the first load path.
    const { css, loadedUrls } = sass.compile(path, { loadPaths: [process.cwd(), 'node_modules'], quietDeps: true })
    return { contents: css.replaceAll(CREST, 'none'), loader: 'css', resolveDir: here, watchFiles: loadedUrls.map(fileURLToPath) }
  }),
}

// esbuild has already said what is wrong, with file and line; its exception adds nothing.
const { warnings } = await esbuild.build({
  absWorkingDir: process.cwd(),
  assetNames: 'files/[name]-[hash]',
  bundle: true,
  charset: 'utf8',
  chunkNames: 'chunks/[name]-[hash]',
  entryNames: '[name]',
  entryPoints: bundles.map((name) => join(here, name)),
  format: 'esm',
  legalComments: 'none', // every notice stands in THIRD-PARTY.txt
  loader: { '.svg': 'file', '.woff2': 'file' },
  logLevel: 'warning',
  minify: true,
  nodePaths: [join(process.cwd(), 'node_modules')],
  outdir: process.argv[2],
  plugins: [scss],
  splitting: true,
  target: ['es2020', 'chrome100', 'firefox100', 'safari15'],
}).catch(() => ({ warnings: ['failed'] }))
process.exit(warnings.length > 0 ? 1 : 0)
