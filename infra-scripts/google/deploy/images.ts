/**
 * The two images of a version: built once, pushed, and from then on named by their digest, so that what was tested is
 * what runs.
 */

import type { Run } from '../command.ts';
import { type Command, gcloud } from '../command.ts';
import { lookAt, type Step } from '../converge.ts';
import type { Environment } from '../environment.ts';

export const SERVICES = ['worker', 'api'] as const;
export type ServiceName = (typeof SERVICES)[number];

export function imageSteps(env: Environment, version: string): Step[] {
  return SERVICES.map(service => {
    const image = `${env.images}/${service}:${version}`;
    const docker = (...args: string[]): Command => ({ program: 'docker', args, at: 'repository' });
    return {
      title: `image of the ${service}`,
      look: lookAtImage(env, service, version),
      make: [
        gcloud(`auth configure-docker ${env.region}-docker.pkg.dev`, { quiet: true }),
        docker('build', '--platform=linux/amd64', `--file=Dockerfile.${service}`, `--tag=${image}`, '.'),
        docker('push', image),
      ],
    };
  });
}

function lookAtImage({ images, project }: Environment, service: ServiceName, version: string): Command {
  return gcloud(`artifacts docker images describe ${images}/${service}:${version}`, { project, format: 'json' });
}

/** The image's name with its digest. */
export async function digestOf(
  env: Environment,
  { service, version, run }: { service: ServiceName; version: string; run: Run },
): Promise<string> {
  const found = await lookAt(lookAtImage(env, service, version), run);
  const { image_summary: summary } = (found ?? {}) as { image_summary?: { digest?: string } };
  if (summary?.digest === undefined) throw new Error(`The registry has no image of the ${service} at ${version}`);
  return `${env.images}/${service}@${summary.digest}`;
}
