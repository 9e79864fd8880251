/**
 * The pages on one screen, in the order of the navigation, each with the key that leads to it after `g`.
 */
import type { FunctionComponent } from 'preact';
import type { Session } from './answers.ts';
import { AuditPage } from './audit.ts';
import { BatchesRoute } from './batches.ts';
import { BulkRoute } from './bulk.ts';
import { ControlsPage } from './controls.ts';
import { CostsPage } from './costs.ts';
import { JobsRoute } from './jobs-route.ts';
import { KeysPage } from './keys.ts';
import type { LiveStats } from './live-stats.ts';
import { OverviewPage } from './overview.ts';
import type { Place } from './route.ts';
import { ShopsPage } from './shops.ts';
import { StylesRoute } from './styles-route.ts';
import { WaitingOrdersPage } from './waiting-orders.ts';
import { WebhooksPage } from './webhooks.ts';

export interface PageProps {
  readonly place: Place;
  readonly session: Session;
  readonly stats: LiveStats;
}

export interface ConsolePage {
  readonly id: string;
  readonly title: string;
  readonly key: string;
  readonly view: FunctionComponent<PageProps>;
}

export const PAGES: readonly ConsolePage[] = [
  { id: 'overview', title: 'Overview', key: 'o', view: OverviewPage },
  { id: 'jobs', title: 'Jobs', key: 'j', view: JobsRoute },
  { id: 'bulk', title: 'Bulk actions', key: 'b', view: BulkRoute },
  { id: 'orders', title: 'Waiting orders', key: 'p', view: WaitingOrdersPage },
  { id: 'batches', title: 'Batches', key: 't', view: BatchesRoute },
  { id: 'controls', title: 'Queues', key: 'q', view: ControlsPage },
  { id: 'styles', title: 'Styles', key: 'y', view: StylesRoute },
  { id: 'costs', title: 'Costs', key: 'c', view: CostsPage },
  { id: 'keys', title: 'Keys', key: 'k', view: KeysPage },
  { id: 'shops', title: 'Shops', key: 's', view: ShopsPage },
  { id: 'webhooks', title: 'Webhooks', key: 'w', view: WebhooksPage },
  { id: 'audit', title: 'Audit', key: 'a', view: AuditPage },
];
