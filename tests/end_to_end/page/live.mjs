// Looks at the first page with Debian's Chromium while something new is heard: it appears and is announced, without reloading, and what
// somebody is at stays as it is.
//   node live.mjs CHROMIUM URL
// Prints "ready" when the page listens, and at the end one JSON object: the complaints. Runs where node_modules is.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.cwd(), 'x'))
const { chromium } = require('playwright-core')

const [executablePath, url] = process.argv.slice(2)
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const complaints = []
const browser = await chromium.launch({ executablePath, args: flags })
const page = await browser.newPage()
page.on('console', (line) => { if (line.type() === 'error') complaints.push(`console: ${line.text()}`) })
page.on('pageerror', (error) => complaints.push(`script: ${error.message}`))
let loads = 0
page.on('load', () => { loads += 1 })
const listens = page.waitForResponse((answer) => answer.url() === url + '/events')
await page.goto(url + '/posts')
await listens
console.log('ready')
await page.waitForFunction(() => /1 new post/.test(document.getElementById('news').textContent), null, { timeout: 30_000 })
if (!(await page.locator('.item').first().getAttribute('class')).includes('item--new')) complaints.push('what is new is not on top')
if (await page.locator('.item--new').count() !== 1) complaints.push('what is new is not marked')
await page.getByRole('button', { name: 'Updates by itself' }).press('Enter')
if (await page.getByRole('button', { name: 'Updates by itself' }).getAttribute('aria-pressed') !== 'false') complaints.push('it cannot be paused')
if (loads !== 1) complaints.push(`loaded ${loads} times`)
await browser.close()
console.log(JSON.stringify({ complaints }))
