/**
 * Logs on pino: one JSON object a line with Cloud Logging's field names, or a readable line for a person at a
 * terminal. Only the fields that `LogFields` names are written, whatever an object passed in may hold besides, and what
 * looks like a secret is taken out of their texts.
 */
import { pino } from 'pino';
import type { Log, LogFields } from './log.ts';
import { redact } from './redact.ts';

const SEVERITIES: { readonly [level: string]: string } = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};
const FIELDS = [
  'jobId',
  'attempt',
  'queue',
  'upstreamBatch',
  'taskName',
  'route',
  'requestId',
  'status',
  'code',
  'model',
  'ms',
  'count',
  'reason',
  'method',
  'lane',
  'waited',
  'spentUsd',
  'budgetUsd',
  'interactiveAgeS',
  'bulkAgeS',
  'economyAgeS',
] as const satisfies readonly (keyof LogFields)[];

export interface LogOptions {
  readonly readable: boolean;
  readonly write: (text: string) => void;
  /** Whose traces Cloud Logging links the lines to. */
  readonly project?: string;
}

export function createLog({ readable, write, project }: LogOptions): Log {
  const options = {
    base: null,
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ severity: SEVERITIES[label] ?? label }) },
  };
  const logger = pino(options, { write: readable ? line => write(readableLine(line)) : write });
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}) =>
      logger[level]({ ...allowed(fields), ...traced(fields, project) }, event);
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

function allowed(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of FIELDS) {
    const value = fields[name];
    if (value !== undefined) kept[name] = typeof value === 'string' ? redact(value) : value;
  }
  if (fields.error !== undefined) kept.error = describeError(fields.error);
  return kept;
}

/** Under the name by which Cloud Logging finds all lines of a trace, with its own ones of the requests. */
function traced({ trace }: LogFields, project: string | undefined): Record<string, string> {
  if (trace === undefined) return {};
  return project === undefined ? { trace } : { 'logging.googleapis.com/trace': `projects/${project}/traces/${trace}` };
}

/** Name, message and stack, through the chain of causes; other members of an error may hold requests or secrets. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return redact(String(error));
  const cause = error.cause !== undefined && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {};
  const [name, message] = [redact(error.name), redact(error.message)];
  return { name, message, stack: [`${name}: ${message}`, ...framesOf(error)].join('\n'), ...cause };
}

/** Where it was thrown. The lines above these repeat the message. */
function framesOf({ stack = '' }: Error): string[] {
  return stack.split('\n').filter(line => /^\s+at /.test(line));
}

function readableLine(line: string): string {
  const { severity, time, message, error, ...fields } = JSON.parse(line) as Record<
    string,
    string | { message?: string }
  >;
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
  const fault = typeof error === 'object' && error.message !== undefined ? [`error="${error.message}"`] : [];
  return `${[String(time).slice(11, 19), String(severity).padEnd(7), message, ...rest, ...fault].join(' ')}\n`;
}
