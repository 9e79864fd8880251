/**
 * `#/jobs` is the list, `#/jobs/job_…` one of them.
 */
import { html } from './html.ts';
import { JobPage } from './job.ts';
import { JobsPage } from './jobs.ts';
import type { PageProps } from './pages.ts';

export function JobsRoute(props: PageProps) {
  return props.place.path[1] === undefined ? html`<${JobsPage} ...${props} />` : html`<${JobPage} ...${props} />`;
}
