/**
 * One chart: what happened in each hour, as bars that stand on each other. uPlot draws; what it shows is also said in
 * words, for those who do not see it and for those in a hurry.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import UPlot from 'uplot';
import { html } from './html.ts';
import { count, shortClock } from './words.ts';

export interface Stack {
  readonly label: string;
  /** Name of a colour in `console.css`. */
  readonly tone: string;
  readonly values: readonly number[];
}

interface ChartProps {
  readonly title: string;
  /** Beginnings of the hours, RFC 3339, oldest first. */
  readonly hours: readonly string[];
  /** From the bottom to the top. */
  readonly stacks: readonly Stack[];
}

const HEIGHT = 150;
const HOUR_S = 3_600;
const BAR_PART = 0.75;
const BAR_MAX_PX = 40;

export function HourChart({ title, hours, stacks }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<number>();
  const data = JSON.stringify([hours, stacks]);
  useEffect(() => {
    if (!place.current) return;
    return draw(place.current, { hours, stacks, onHover: setHovered });
  }, [data]);
  const sums = stacks.map(({ label, tone, values }) => ({
    label,
    tone,
    sum: values.reduce((sum, value) => sum + value, 0),
  }));
  const words = sums.map(({ label, sum }) => `${count(sum)} ${label}`).join(', ');
  return html`<figure class="card chart">
    <figcaption><b>${title}</b>
      <span class="faint">${hovered === undefined || hours[hovered] === undefined ? 'last 24 hours' : `from ${shortClock(hours[hovered])}`}:</span>
      ${sums.map(({ label, tone, sum }, index) => html`<span class="legend"><i class=${tone} aria-hidden="true"></i> ${count(hovered === undefined ? sum : (stacks[index]?.values[hovered] ?? 0))} ${label}</span>`)}
    </figcaption>
    <div ref=${place} role="img" aria-label=${`${title}, last 24 hours: ${words}`}></div>
  </figure>`;
}

interface Drawing extends Pick<ChartProps, 'hours' | 'stacks'> {
  readonly onHover: (index: number | undefined) => void;
}

/** Returns what takes it away again. It is drawn anew when the place or the colours change. */
function draw(place: HTMLElement, drawing: Drawing): () => void {
  let chart: UPlot | undefined;
  const again = () => {
    chart?.destroy();
    chart = new UPlot(optionsOf(place, drawing), dataOf(drawing), place);
  };
  const resized = new ResizeObserver(() => chart?.setSize({ width: place.clientWidth, height: HEIGHT }));
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', again);
  again();
  resized.observe(place);
  return () => {
    scheme.removeEventListener('change', again);
    resized.disconnect();
    chart?.destroy();
  };
}

/** The highest stack first: each is drawn from the ground up to its own top, over the one behind it. */
function dataOf({ hours, stacks }: Drawing): UPlot.AlignedData {
  const tops = stacks.map((_, upTo) =>
    hours.map((_hour, at) => stacks.slice(0, upTo + 1).reduce((sum, { values }) => sum + (values[at] ?? 0), 0)),
  );
  return [hours.map(hour => Date.parse(hour) / 1_000), ...tops.toReversed()];
}

function optionsOf(place: HTMLElement, { stacks, onHover }: Drawing): UPlot.Options {
  const [faint, line] = [colour(place, 'faint'), colour(place, 'line')];
  const axis = {
    stroke: faint,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  const paths = UPlot.paths.bars?.({ size: [BAR_PART, BAR_MAX_PX], align: 1 });
  return {
    width: place.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    padding: [8, 0, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      // The last hour's bar stands to the right of its beginning.
      x: { range: (_, min, max) => [min, max + HOUR_S] },
      y: { range: (_, __, max) => [0, Math.max(4, max * 1.05)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        space: 60,
        values: (_, ticks) => ticks.map(tick => shortClock(new Date(tick * 1_000).toISOString())),
      },
      {
        ...axis,
        size: 40,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000],
        values: (_, ticks) => ticks.map(tick => count(tick)),
      },
    ],
    series: [
      {},
      ...stacks.toReversed().map(({ tone }) => ({
        fill: colour(place, tone),
        width: 0,
        points: { show: false },
        ...(paths ? { paths } : {}),
      })),
    ],
    hooks: { setCursor: [({ cursor: { idx } }) => onHover(idx ?? undefined)] },
  };
}

/** A colour of the style sheet as the canvas takes it, in the scheme that is on. */
function colour(place: HTMLElement, name: string): string {
  place.style.setProperty('color', `var(--${name})`);
  const { color } = getComputedStyle(place);
  place.style.removeProperty('color');
  return color;
}
