/** The ids of the jobs that fill a store: zero-padded, so that they come before every id that holds a time. */
export function copiedId(number: number): string {
  return `job_${String(number).padStart(26, '0')}`;
}
