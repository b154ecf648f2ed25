// check.mjs CHROMIUM PAGE... - opens pages of cs-report and uses them as people do: filters, lasso, keyboard, sort, search, dark colours,
// print. Each must run without an error on the console or a request, and axe must find no serious fault. Prints what fails.
// A page whose name holds "hostile" must run none of the scripts in its names.
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';

const require = createRequire(`${process.env.NODE_MODULES}/`);
const {chromium} = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const failures = [];
const check = (page, holds, what) => { if (!holds) failures.push(`${page.file}: ${what}`); };

async function axeOf(page, when, options) {
  // The page's policy lets no other script in: axe runs in a world of its own.
  const client = await page.tab.context().newCDPSession(page.tab);
  const {frameTree} = await client.send('Page.getFrameTree');
  const {executionContextId} = await client.send('Page.createIsolatedWorld', {frameId: frameTree.frame.id, worldName: 'axe'});
  const {result} = await client.send('Runtime.evaluate', {contextId: executionContextId, awaitPromise: true, returnByValue: true,
    expression: `${axe}; axe.run(document, ${JSON.stringify({resultTypes: ['violations'], ...options})}).then(found => found.violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' ')))`});
  for (const fault of result.value ?? ['axe gave nothing']) failures.push(`${page.file}: axe, ${when}: ${fault}`);
}

const count = page => page.tab.evaluate(() => globalThis.csReport.selected.length);

async function filters(page) {
  const whole = await count(page), cards = page.tab.locator('.seg');
  if (await cards.count() < 2) return;
  await cards.nth(0).click();
  const one = await count(page);
  check(page, one < whole, 'a card leaves all rows selected');
  check(page, await cards.nth(1).getAttribute('aria-pressed') === 'false', 'another card still looks pressed');
  check(page, (await page.tab.locator('[role=status]').innerText()).startsWith(one.toLocaleString('en-US')), 'the status line has another number');
  await cards.nth(1).click();
  check(page, await count(page) > one, 'a second card adds nothing');
  await page.tab.locator('#reset').click();
  check(page, await count(page) === whole, 'not all are shown again');
}

async function lasso(page) {
  const place = page.tab.locator('.card', {has: page.tab.getByRole('button', {name: 'Lasso'})}).locator('canvas').first();
  const whole = await count(page);
  await page.tab.getByRole('button', {name: 'Lasso'}).click();
  await place.scrollIntoViewIfNeeded();
  const box = await place.boundingBox(), at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  await page.tab.mouse.move(...at(0.2, 0.2));
  await page.tab.mouse.down();
  for (const [x, y] of [[0.6, 0.2], [0.6, 0.8], [0.2, 0.8], [0.2, 0.25]]) await page.tab.mouse.move(...at(x, y), {steps: 6});
  await page.tab.mouse.up();
  await page.tab.waitForTimeout(300);
  const some = await count(page);
  check(page, some > 0 && some < whole, `the lasso selects ${some} of ${whole}`);
  await page.tab.locator('#reset').click();
  // The same by keyboard.
  await page.tab.getByText('Select by numbers').focus();
  await page.tab.keyboard.press('Enter');
  await page.tab.locator('#range-x0').fill('0');
  await page.tab.locator('#range-apply').focus();
  await page.tab.keyboard.press('Enter');
  const right = await page.tab.evaluate(() => JSON.parse(document.getElementById('data').textContent).points.x.filter(x => x > 0).length);
  check(page, Math.abs(await count(page) - right) <= 1, 'the numbers select others than those to the right of 0');
  await page.tab.locator('#reset').click();
}

async function table(page) {
  const cells = async n => (await page.tab.locator(`#rows tbody tr td:nth-child(${n})`).allInnerTexts()).map(text => parseFloat(text.replace(/[^0-9.-]/g, '')));
  const heads = page.tab.locator('#rows thead th');
  if (!await heads.count()) return;
  for (const way of ['descending', 'ascending']) {
    await heads.nth(2).locator('button').click();
    check(page, await heads.nth(2).getAttribute('aria-sort') === way, `sorted ${way} isn't said`);
    const values = (await cells(3)).filter(value => !isNaN(value));
    check(page, values.every((value, i) => i === 0 || (way === 'descending' ? value <= values[i - 1] : value >= values[i - 1])), `rows aren't ${way}`);
  }
  await page.tab.locator('#find').fill('no such value anywhere');
  check(page, await page.tab.locator('#rows tbody tr').count() === 0, 'a search for nothing finds rows');
  await page.tab.locator('#find').fill('');
}

async function exports(page) {
  const sampled = await page.tab.evaluate(() => JSON.parse(document.getElementById('data').textContent).points.sampled);
  check(page, await page.tab.locator('#export').count() === (sampled ? 0 : 1), 'a sample can be saved as if it were a list, or all rows cannot');
  const bad = await page.tab.evaluate(() => globalThis.csReport.csv().split('\n').slice(1).filter(line => /(^|,)"?[=+@]/.test(line)));
  check(page, bad.length === 0, `a spreadsheet would take for a formula: ${bad[0]}`);
}

async function colours(page) {
  const back = () => page.tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await back();
  await axeOf(page, 'light');
  await page.tab.locator('#theme').click();
  check(page, await back() !== light, 'dark is as light');
  // Colours are all that changes.
  await axeOf(page, 'dark', {runOnly: ['color-contrast']});
  await page.tab.locator('#theme').click();
}

// Names beside marks meet no other name, and none is cut by the edge of its chart.
async function labels(page) {
  const faults = await page.tab.evaluate(() => globalThis.csReport.charts.flatMap(chart => {
    const seen = [], faults = [];
    for (const series of chart.getModel().getSeriesByType('scatter')) series.getData().eachItemGraphicEl(group => group.traverse(mark => {
      const text = mark.getTextContent();
      if (!text || text.ignore || text.invisible) return;
      const box = text.getBoundingRect().clone(), name = text.style.text;
      box.applyTransform(text.getComputedTransform());
      if (box.x < -1000) return; // away
      for (const other of seen) if (box.x < other.box.x + other.box.width && other.box.x < box.x + box.width && box.y < other.box.y + other.box.height && other.box.y < box.y + box.height) faults.push(`'${name}' over '${other.name}'`);
      if (box.x < -1 || box.x + box.width > chart.getWidth() + 1) faults.push(`'${name}' is cut by the edge`);
      seen.push({box, name});
    }));
    return faults;
  }));
  for (const fault of faults) failures.push(`${page.file}: ${fault}`);
}

async function narrow(page) {
  await page.tab.setViewportSize({width: 390, height: 844});
  await page.tab.waitForTimeout(500);
  const wide = await page.tab.evaluate(() => document.documentElement.scrollWidth);
  check(page, wide <= 390, `on a telephone the page is ${wide} pixels wide`);
  await labels(page);
  await page.tab.setViewportSize({width: 1440, height: 900});
}

async function visit(browser, file) {
  const context = await browser.newContext({viewport: {width: 1440, height: 900}, reducedMotion: 'reduce'});
  const page = {file: file.replace(/.*\//, ''), tab: await context.newPage()};
  page.tab.on('console', message => ['error', 'warning'].includes(message.type()) && failures.push(`${page.file}: console: ${message.text()}`));
  page.tab.on('pageerror', error => failures.push(`${page.file}: ${error.message}`));
  page.tab.on('dialog', dialog => { failures.push(`${page.file}: a name ran as a script`); dialog.dismiss(); });
  page.tab.on('request', request => /^(file|data|blob):/.test(request.url()) || failures.push(`${page.file}: asks for ${request.url()}`));
  await page.tab.goto(pathToFileURL(file).href);
  await page.tab.waitForFunction(() => globalThis.csReport);
  check(page, await page.tab.evaluate(() => globalThis.ran === undefined), 'a name ran as a script');
  check(page, await page.tab.locator('canvas').count() > 0, 'there are no charts');
  await labels(page);
  await filters(page);
  await lasso(page);
  await table(page);
  await exports(page);
  await colours(page);
  await narrow(page);
  await context.close();
}

const [program, ...files] = process.argv.slice(2);
const browser = await chromium.launch({executablePath: program, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']});
for (const file of files) await visit(browser, file).catch(error => failures.push(`${file}: ${error.message.split('\n').slice(0, 4).join(' ')}`));
await browser.close();
for (const failure of failures) console.log(failure);
process.exit(failures.length ? 1 : 0);
