/**
 * How the command line can end other than well: the exit codes that scripts build on, and the faults that lead to them.
 * `run.ts` alone turns a fault into text and code; every other file throws.
 */
export const EXIT = {
  ok: 0,
  noPicture: 1,
  usage: 2,
  unreachable: 3,
  refused: 4,
  usedUp: 5,
  unsound: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What `easel help exit-codes` and docs/command-line.md say. */
export const EXIT_CODES: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [EXIT.ok, 'done'],
  [
    EXIT.noPicture,
    'a job ended without a picture (failed, blocked, expired, canceled), a file could not be written, or `status` found something that needs a hand',
  ],
  [EXIT.usage, 'the command line is wrong; nothing was sent'],
  [EXIT.unreachable, 'Easel cannot be reached, is not ready, or cannot answer at the moment (5xx)'],
  [EXIT.refused, 'Easel refuses: key, missing job, photo, style, option (4xx)'],
  [EXIT.usedUp, "the shopper's quota or the day's budget is used up (quota_exceeded, budget_exhausted, any 429)"],
  [EXIT.unsound, '`easel doctor` found a fault'],
  [EXIT.interrupted, 'interrupted with Ctrl-C, or a question was answered with no'],
];

/** What to fix first comes first: when several jobs end differently, the leftmost of these is the exit code. */
const GRAVEST = [EXIT.interrupted, EXIT.unreachable, EXIT.refused, EXIT.usedUp, EXIT.noPicture] as const;

export function gravest(codes: readonly ExitCode[]): ExitCode {
  return GRAVEST.find(code => codes.includes(code)) ?? EXIT.ok;
}

/** Something that the person at the keyboard should read: one sentence, and what to do about it. */
export class Fault extends Error {
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(exitCode: ExitCode, message: string, { hint, ...options }: ErrorOptions & { hint?: string } = {}) {
    super(message, options);
    this.name = 'Fault';
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

export function usageFault(message: string, hint?: string): Fault {
  return new Fault(EXIT.usage, message, hint === undefined ? {} : { hint });
}

/** `application/problem+json` as the API sends it; another server may send anything. */
export interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly status?: number;
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly resetAt?: string;
}

/** The API has answered, and the answer is no. */
export class Refusal extends Fault {
  readonly status: number;
  readonly problem: Problem;
  readonly requestId: string | undefined;

  constructor(status: number, problem: Problem, { requestId, hint }: { requestId?: string; hint?: string } = {}) {
    const sentence = problem.detail ?? problem.title ?? `Easel answered with HTTP ${status} and did not say why.`;
    super(exitCodeOf(status, problem.code), sentence, hint === undefined ? {} : { hint });
    this.name = 'Refusal';
    this.status = status;
    this.problem = problem;
    this.requestId = requestId;
  }

  /** The same refusal with another piece of advice. */
  advising(hint: string): Refusal {
    const { status, problem, requestId } = this;
    return new Refusal(status, problem, { hint, ...(requestId !== undefined ? { requestId } : {}) });
  }
}

function exitCodeOf(status: number, code: string | undefined): ExitCode {
  if (status === 429 || code === 'budget_exhausted') return EXIT.usedUp;
  return status >= 500 ? EXIT.unreachable : EXIT.refused;
}
