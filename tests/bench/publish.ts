/** Puts what was measured into `results.json`, docs/performance.md (between its markers) and the chart. */
import { readFile, writeFile } from 'node:fs/promises';
import { renderChart } from './chart.ts';
import { keepResults, readResults } from './kept-results.ts';
import { PARTS } from './parts.ts';
import { renderPart } from './report.ts';
import type { PartResult } from './results.ts';
import { renderTargets } from './targets.ts';

const PAGE = new URL('../../docs/performance.md', import.meta.url);
const CHART = new URL('../../docs/images/performance.svg', import.meta.url);
const BEGIN = '<!-- from here: npm run bench -->';
const END = '<!-- to here -->';

/** Throws when the page has lost its markers; the figures are kept then nevertheless. */
export async function publish(results: readonly PartResult[]): Promise<void> {
  await keepResults(results);
  await writePages();
}

/** Writes page and chart anew from what is kept. */
export async function writePages(): Promise<void> {
  const { page, chart } = await renderPages();
  await writeFile(CHART, chart);
  await writeFile(PAGE, page);
}

/** Whether page and chart show what is kept. */
export async function pagesAreTrue(): Promise<boolean> {
  const { page, chart } = await renderPages();
  return page === (await readFile(PAGE, 'utf8')) && chart === (await readFile(CHART, 'utf8'));
}

async function renderPages(): Promise<{ readonly page: string; readonly chart: string }> {
  const { parts } = await readResults();
  return { page: withFigures(await readFile(PAGE, 'utf8'), parts), chart: renderChart(parts) };
}

function withFigures(page: string, parts: readonly PartResult[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`docs/performance.md has lost "${BEGIN}" or "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${renderFigures(parts)}\n\n${page.slice(end)}`;
}

function renderFigures(parts: readonly PartResult[]): string {
  const sections = parts.flatMap(part => {
    const about = PARTS.find(({ name }) => name === part.part)?.about ?? '';
    return [`### ${part.title}`, about, ...renderPart(part)];
  });
  const chart = '<img src="images/performance.svg" width="760" alt="Bars of the tables below, Easel beside each peer">';
  return ['### Targets', renderTargets(parts), chart, ...sections].join('\n\n');
}
