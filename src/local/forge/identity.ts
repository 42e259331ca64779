/** Who and where the app is on the local site: fixed ids in place of those that Atlassian gives. */
import type { Manifest } from '#local/forge/manifest';

export interface AppIdentity {
  readonly appId: string;
  readonly appAri: string;
  readonly appVersion: string;
  readonly cloudId: string;
  readonly contextAri: string;
  readonly environmentId: string;
  readonly environmentType: 'DEVELOPMENT';
  readonly installationId: string;
}

const CLOUD_ID = '5f0c0de0-0000-4000-8000-00000000c10d';
const ENVIRONMENT_ID = '5f0c0de0-0000-4000-8000-0000000000e0';
const INSTALLATION_ID = '5f0c0de0-0000-4000-8000-000000000001';

export const appIdentity = (manifest: Manifest): AppIdentity => ({
  appId: manifest.appUuid,
  appAri: `ari:cloud:ecosystem::app/${manifest.appUuid}`,
  appVersion: '1.0.0',
  cloudId: CLOUD_ID,
  contextAri: `ari:cloud:confluence::site/${CLOUD_ID}`,
  environmentId: ENVIRONMENT_ID,
  environmentType: 'DEVELOPMENT',
  installationId: INSTALLATION_ID,
});
