/**
 * What the Batch API says of a batch, reduced to what matters: whether more may come, and where the answers are. A state
 * that is not known yet is one in which more may come, unless the operation says that it is done.
 */
import type { BatchJob } from '@google/genai';
import type { UpstreamLook } from '../common/platform/batch-model.ts';
import { type Discretion, discreet } from './gemini-errors.ts';

const ENDED = /_(SUCCEEDED|PARTIALLY_SUCCEEDED|FAILED|CANCELLED|EXPIRED)$/;
const DETAIL_CHARACTERS_MAX = 300;

/** `raw` is the operation as it came: the SDK leaves out why a batch failed. */
export function lookOf(job: BatchJob, raw: unknown, discretion: Discretion): UpstreamLook {
  const state = discreet(String(job.state ?? 'JOB_STATE_UNSPECIFIED'), discretion).slice(0, 60);
  const { done, error } = (raw ?? {}) as { done?: unknown; error?: { code?: unknown; message?: unknown } };
  const resultsFile = job.dest?.fileName;
  const words = [error?.code, error?.message].filter(word => word !== undefined).join(' ');
  const detail = discreet(words, discretion).slice(0, DETAIL_CHARACTERS_MAX);
  return {
    state,
    phase: ENDED.test(state) || done === true ? 'ended' : 'open',
    ...(resultsFile === undefined ? {} : { resultsFile }),
    ...(detail === '' ? {} : { detail }),
  };
}
