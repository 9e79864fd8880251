/**
 * The bill of materials (CycloneDX) of what runs in production. npm writes it from the lockfile, so that it is the same on
 * every machine; `--omit dev` would leave out what a package of production shares with one for development, so what is for
 * development alone is taken out here.
 */
import { npm } from './npm.ts';

export interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: {
    readonly component: { readonly name: string; readonly version: string; readonly 'bom-ref': string };
  };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly unknown[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

const DEVELOPMENT = 'cdx:npm:package:development';

export async function productionBill(): Promise<Bill> {
  const whole = JSON.parse(await npm('sbom', '--sbom-format=cyclonedx', '--package-lock-only')) as Bill;
  const components = whole.components.filter(one => !one.properties?.some(({ name }) => name === DEVELOPMENT));
  const kept = new Set([whole.metadata.component['bom-ref'], ...components.map(one => one['bom-ref'])]);
  const dependencies = whole.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(other => kept.has(other)) }));
  return { ...whole, components, dependencies };
}
