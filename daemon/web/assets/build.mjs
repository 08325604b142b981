// Makes the stylesheet: Sass into CSS, what no template or page names taken out of it, and the same once more compressed.
//   node build.mjs NODE_MODULES OUT.css FILES-THAT-NAME-CLASSES…
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const [modules, out, ...named] = process.argv.slice(2)
const require = createRequire(join(resolve(modules), 'x'))
const sass = require('sass')
const { PurgeCSS } = require('purgecss')

const source = join(dirname(fileURLToPath(import.meta.url)), 'barometer.scss')
const whole = sass.compile(source, {
  style: 'compressed',
  loadPaths: [join(modules, 'nhsuk-frontend', 'dist')],
  logger: sass.Logger.silent
})
const [purged] = await new PurgeCSS().purge({
  content: named.map((file) => ({ raw: readFileSync(file, 'utf8'), extension: 'html' })),
  css: [{ raw: whole.css }],
  // A class is a run of letters, digits, '-' and '_'; C++ strings hold several, apart by blanks.
  defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
  // Made of two parts where it is used.
  safelist: { standard: ['html', 'body', /^answer--/] }
})
if (/url\(["']?(https?:)?\/\//.test(purged.css)) throw new Error('the stylesheet asks others for something')
const version = JSON.parse(readFileSync(join(modules, 'nhsuk-frontend', 'package.json'), 'utf8')).version
const css = `/* With parts of NHS.UK frontend ${version}: copyright Crown Copyright and NHS England, MIT licence. */\n${purged.css}`
writeFileSync(out, css)
writeFileSync(`${out}.gz`, gzipSync(css, { level: 9 }))
