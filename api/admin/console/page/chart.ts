/**
 * One chart: what happened in each hour, or day, as bars that stand on each other. uPlot draws; what it shows is also said in
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

/** What a bar stands for, and how it is said. */
export interface Scale {
  readonly stepS: number;
  /** All of them together, such as `last 24 hours`. */
  readonly whole: string;
  /** One of them, by its beginning. */
  readonly one: (at: string) => string;
  /** Under the axis. */
  readonly tick: (at: string) => string;
  readonly amount: (n: number) => string;
  /** What the axis at the side goes up by; its top is at least four of the first. */
  readonly steps: readonly number[];
  /** Days begin at midnight UTC, and so do their ticks. */
  readonly inUtc?: true;
}

interface ChartProps {
  readonly title: string;
  /** Beginnings of the hours, or of what `scale` says, RFC 3339, oldest first. */
  readonly hours: readonly string[];
  /** From the bottom to the top. */
  readonly stacks: readonly Stack[];
  readonly scale?: Scale;
}

const HEIGHT = 150;
const BAR_PART = 0.75;
const BAR_MAX_PX = 40;

const HOURS: Scale = {
  stepS: 3_600,
  whole: 'last 24 hours',
  one: at => `from ${shortClock(at)}`,
  tick: shortClock,
  amount: count,
  steps: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000],
};

export function HourChart({ title, hours, stacks, scale = HOURS }: ChartProps) {
  const { whole, one, amount } = scale;
  const place = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<number>();
  const data = JSON.stringify([hours, stacks]);
  useEffect(() => {
    if (!place.current) return;
    return draw(place.current, { hours, stacks, scale, onHover: setHovered });
  }, [data]);
  const sums = stacks.map(({ label, tone, values }) => ({
    label,
    tone,
    sum: values.reduce((sum, value) => sum + value, 0),
  }));
  const words = sums.map(({ label, sum }) => `${amount(sum)} ${label}`).join(', ');
  return html`<figure class="card chart">
    <figcaption><b>${title}</b>
      <span class="faint">${hovered === undefined || hours[hovered] === undefined ? whole : one(hours[hovered])}:</span>
      ${sums.map(({ label, tone, sum }, index) => html`<span class="legend"><i class=${tone} aria-hidden="true"></i> ${amount(hovered === undefined ? sum : (stacks[index]?.values[hovered] ?? 0))} ${label}</span>`)}
    </figcaption>
    <div ref=${place} role="img" aria-label=${`${title}, ${whole}: ${words}`}></div>
  </figure>`;
}

interface Drawing extends Pick<ChartProps, 'hours' | 'stacks'> {
  readonly scale: Scale;
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

function optionsOf(place: HTMLElement, { stacks, scale, onHover }: Drawing): UPlot.Options {
  const [faint, line] = [colour(place, 'faint'), colour(place, 'line')];
  const axis = {
    stroke: faint,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  const { stepS, tick, amount, steps, inUtc } = scale;
  const paths = UPlot.paths.bars?.({ size: [BAR_PART, BAR_MAX_PX], align: 1 });
  return {
    width: place.clientWidth,
    height: HEIGHT,
    ...(inUtc ? { tzDate: (at: number) => UPlot.tzDate(new Date(at * 1_000), 'Etc/UTC') } : {}),
    legend: { show: false },
    padding: [8, 0, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      // The last bar stands to the right of its beginning.
      x: { range: (_, min, max) => [min, max + stepS] },
      y: { range: (_, __, max) => [0, Math.max(4 * (steps[0] ?? 1), max * 1.05)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        space: 60,
        values: (_, ticks) => ticks.map(at => tick(new Date(at * 1_000).toISOString())),
        ...(inUtc ? { incrs: [1, 2, 7, 14].map(many => many * stepS) } : {}),
      },
      {
        ...axis,
        size: inUtc ? 56 : 40,
        incrs: [...steps],
        values: (_, ticks) => ticks.map(amount),
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
