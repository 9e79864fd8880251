/**
 * What to paste into Cloud Logging to see every line about one job: the services write its id into a field of its own.
 */
export function logQuery(jobId: string): string {
  return `resource.type="cloud_run_revision" AND jsonPayload.jobId="${jobId}"`;
}
