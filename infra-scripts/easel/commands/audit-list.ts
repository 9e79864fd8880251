/**
 * `easel audit list`: who changed what, and why.
 */
import type { AuditAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { PAGE_OPTIONS, printList } from '../list-pages.ts';
import { localText } from '../time-text.ts';

export const auditList: Command = {
  name: 'audit list',
  summary: 'list what operators did, newest first',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: {
    action: { value: 'action', help: 'only this, such as key.create or budget.override' },
    target: { value: 'target', help: 'only about this, such as shops/default; not together with --action' },
    ...PAGE_OPTIONS,
  },
  notes: ['With --json one line for each entry. Entries are kept for 400 days.'],
  examples: ['easel audit list --action budget.override', 'easel audit list --target queues/bulk --limit 5'],
  run: listAudit,
};

async function listAudit(call: Call): Promise<ExitCode> {
  await printList<AuditAnswer>(call, {
    path: '/v1/admin/audit',
    filters: { action: call.options.text('action'), target: call.options.text('target') },
    member: 'entries',
    isByTime: true,
    columns: [
      { title: 'AT', of: ({ at }) => localText(Date.parse(at)) },
      { title: 'WHO', of: ({ actor }) => actor, shrinksTo: 12 },
      { title: 'WHAT', of: ({ action }) => action },
      { title: 'OF', of: ({ target }) => target.replace(LONG_ID, '$1…'), shrinksTo: 12 },
      { title: 'WHY', of: ({ reason = '' }) => reason, shrinksTo: 10 },
      { title: 'DETAIL', of: ({ detail = '' }) => detail, shrinksTo: 10 },
    ],
    none: 'No entries.',
  });
  return EXIT.ok;
}

/** A key's id; as much of it as `keys list` shows is enough. */
const LONG_ID = /\b([0-9a-f]{12})[0-9a-f]{52}\b/;
