/**
 * Goes on after a reload: what was not answered is sent again, what was accepted is looked up.
 */

import type { Job } from './answers.ts';
import type { Ask } from './ask.ts';
import { EaselError } from './errors.ts';
import type { Records } from './records.ts';
import { JOBS } from './resources.ts';
import type { ResumeOptions } from './types.ts';

interface ResumeParts {
  readonly ask: Ask;
  readonly records: Records;
  readonly resumeSubmits: (options: ResumeOptions) => Promise<Job[]>;
}

export function createResume({ ask, records, resumeSubmits }: ResumeParts) {
  async function look(id: string, signal?: AbortSignal): Promise<Job | undefined> {
    try {
      return await ask.json<Job>(`GET ${JOBS.path(id)}`, { signal });
    } catch (error) {
      // Of another session, or gone: this browser will never see it again.
      if (error instanceof EaselError && error.status === 404) return undefined;
      throw error;
    }
  }

  return async (options: ResumeOptions = {}): Promise<readonly Job[]> => {
    const known = await records.jobs();
    const jobs = await Promise.all(
      known.map(async ({ id }) => {
        const job = await look(id, options.signal);
        if (!job || job.done) await records.forget(id);
        return job ?? [];
      }),
    );
    return [...jobs.flat(), ...(await resumeSubmits(options))];
  };
}
