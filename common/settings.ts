/**
 * What the domain's rules can be set to. Times and counts that nobody should have to set stand in `limits.ts`.
 */
export interface Settings {
  /** Pictures a day and shopper, by pool. */
  readonly quotaPerDay: { readonly named: number; readonly custom: number };
  /** Pictures a day and address, by pool: a ceiling for shoppers that cannot be told apart. */
  readonly quotaPerDayByAddress: { readonly named: number; readonly custom: number };
  readonly budgetMicroUsdPerDay: number;
  /** For how long an order's photo and picture are kept. */
  readonly orderRetentionMs: number;
  /** Spend of a day is spread over this many documents, so that claims do not contend for one. */
  readonly spendShards: number;
  /** Key of the digests that turn names into ids (idempotency keys, owners, addresses). Never leaves the process. */
  readonly idSecret: Uint8Array;
}

/** Addresses are shared by households and offices, so they may have more than one shopper's pictures. */
const QUOTA_BY_ADDRESS = { named: 60, custom: 20 };

/** The rules' settings from a process's configuration. */
export function settingsOf(
  config: Pick<Settings, 'quotaPerDay' | 'budgetMicroUsdPerDay' | 'orderRetentionMs'>,
  { idSecret, spendShards }: Pick<Settings, 'idSecret' | 'spendShards'>,
): Settings {
  const { quotaPerDay, budgetMicroUsdPerDay, orderRetentionMs } = config;
  const quota = { quotaPerDay, quotaPerDayByAddress: QUOTA_BY_ADDRESS };
  return { ...quota, budgetMicroUsdPerDay, orderRetentionMs, spendShards, idSecret };
}
