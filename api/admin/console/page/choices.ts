/**
 * What can be chosen in filters: the service's own names, written again because none of its code comes into the browser.
 * `api/admin/console/page.test.ts` holds them against it.
 */

export const STATUSES = ['queued', 'running', 'succeeded', 'blocked', 'failed', 'canceled', 'expired'];

/** The frequent ones first. */
export const CODES = [
  ...['content_blocked', 'no_image', 'overloaded', 'rate_limited', 'timeout', 'quota_exhausted', 'connection_lost'],
  ...['invalid_input', 'bad_key', 'model_retired', 'unreadable_image', 'crashed_repeatedly', 'interrupted'],
  ...['storage_unavailable', 'input_unreadable', 'photo_unusable', 'photo_unreachable', 'batch_unanswered'],
  ...['batch_lost', 'deadline_passed', 'unknown'],
];

export const DELIVERY_STATES = ['pending', 'delivered', 'failed', 'disabled'];

export const ACTIONS = [
  ...['job.retry', 'job.cancel', 'job.expire', 'job.erase', 'bulk.plan', 'bulk.apply', 'bulk.abort', 'queue.pause'],
  ...['queue.resume', 'intake.close', 'intake.open', 'budget.override', 'budget.reset', 'model.hold', 'model.release'],
  ...['ceiling.set', 'ceiling.clear', 'key.create', 'key.revoke', 'shop.create', 'shop.update', 'webhook.replay'],
  ...['webhook.rotate', 'style.create', 'style.edit', 'style.discard', 'style.remove', 'style.publish', 'style.on'],
  ...['style.off', 'style.reorder', 'style.try'],
  ...[
    'costs.rebuild',
    'photo.draw',
    'customer.erase',
    'customer.export',
    'shop.erase',
    'privacy.ask',
    'privacy.close',
    'privacy.done',
  ],
];
