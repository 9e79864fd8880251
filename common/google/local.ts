/**
 * How the SDKs reach emulators and doubles on a developer's machine instead of Google's services. Nothing of this is
 * set on Cloud Run.
 */
import type { GoogleConfig } from '../config.ts';
import type { StorageBucketOptions } from './bucket.ts';
import type { TasksQueueOptions } from './queue.ts';
import { plainTasksClient } from './queue-plain.ts';

type Endpoints = GoogleConfig['endpoints'];

export function localTasks({ tasks }: Endpoints): Pick<TasksQueueOptions, 'client'> {
  return tasks === undefined ? {} : { client: plainTasksClient(tasks) };
}

export function localStorage(
  { storage }: Endpoints,
  projectId: string,
): Pick<StorageBucketOptions, 'storage' | 'signing'> {
  if (storage === undefined) return {};
  return {
    storage: { apiEndpoint: storage, useAuthWithCustomEndpoint: true, projectId },
    signing: { endpoint: `${storage}/v1/projects/-/serviceAccounts/` },
  };
}
