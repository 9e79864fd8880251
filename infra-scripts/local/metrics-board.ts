/**
 * What an operator wants to see of `/metrics`, as lines for a terminal: computed as the dashboard of a cloud would, from
 * the same figures.
 */
import { greatestOf, matching, quantile, type Sample, sumOf, type Wanted } from './metrics-text.ts';

const CIRCUITS = ['closed', 'half open', 'open'];
const LABEL_COLUMNS = 28;

/** Since the process has started. */
export function boardOf(samples: readonly Sample[]): string[] {
  return [...requests(samples), '', ...pictures(samples), '', ...waiting(samples), '', ...worker(samples)];
}

function requests(samples: readonly Sample[]): string[] {
  const total = 'easel_http_requests_total';
  const all = sumOf(samples, total);
  const share = (status: RegExp) => percent(sumOf(samples, total, { status }), all);
  const latency = ([0.5, 0.95, 0.99] as const).map(part =>
    seconds(quantile(samples, 'easel_http_request_duration_seconds', part)),
  );
  return [
    line('requests', `${all}`, `4xx ${share(/^4/)}  5xx ${share(/^5/)}`),
    line('  latency p50, p95, p99', latency.join('  ')),
  ];
}

function pictures(samples: readonly Sample[]): string[] {
  const submits = (result: string) => sumOf(samples, 'easel_submits_total', { result });
  const calls = (outcome?: Wanted) => sumOf(samples, 'easel_model_call_duration_seconds_count', outcome);
  const latency = ([0.5, 0.95, 0.99] as const).map(part =>
    seconds(quantile(samples, 'easel_model_call_duration_seconds', part)),
  );
  const taken = submits('admitted') + submits('reused');
  return [
    line('submits', `${taken}`, `cache hits ${percent(submits('reused'), taken)}`),
    line('  refused', `quota ${submits('quota_exceeded')}  budget ${submits('budget_exhausted')}`),
    line('model calls', `${calls()}`, `errors ${percent(calls() - calls({ outcome: 'drawn' }), calls())}`),
    line('  latency p50, p95, p99', latency.join('  ')),
    line(
      'spent today',
      `$${sumOf(samples, 'easel_spend_today_dollars').toFixed(2)}`,
      `of $${sumOf(samples, 'easel_budget_dollars').toFixed(2)}`,
    ),
  ];
}

function waiting(samples: readonly Sample[]): string[] {
  const ages = matching(samples, 'easel_oldest_queued_job_age_seconds');
  return ages.map(({ labels, value }) => {
    const { lane = '' } = labels;
    const jobs = (status: string) => greatestOf(samples, 'easel_jobs', { status, lane });
    const paused = greatestOf(samples, 'easel_queue_paused', { queue: lane }) > 0 ? '  PAUSED' : '';
    return line(
      `lane ${lane}`,
      `${jobs('queued')} wait`,
      `${jobs('running')} drawn  oldest ${seconds(value)}${paused}`,
    );
  });
}

function worker(samples: readonly Sample[]): string[] {
  const used = sumOf(samples, 'easel_worker_slots_used');
  const slots = `of ${sumOf(samples, 'easel_worker_slots_open')} open, ${sumOf(samples, 'easel_worker_slots')} in all`;
  const circuits = matching(samples, 'easel_model_circuit').map(({ labels, value }) =>
    line(`circuit ${labels.model ?? ''}`, CIRCUITS[value] ?? '?'),
  );
  const memory = `${Math.round(sumOf(samples, 'process_resident_memory_bytes') / 2 ** 20)} MiB`;
  const lag = seconds(sumOf(samples, 'nodejs_eventloop_lag_p99_seconds'));
  return [line('slots', `${used} used`, slots), ...circuits, line('process', memory, `event loop p99 ${lag}`)];
}

function line(label: string, ...values: string[]): string {
  return `${label.padEnd(LABEL_COLUMNS)}${values.join('  ')}`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}

function seconds(value: number | undefined): string {
  if (value === undefined) return '–';
  return value < 1 ? `${Math.round(value * 1_000)} ms` : `${value.toFixed(1)} s`;
}
