/**
 * Stands in for Atlassian's feature gate client, which Atlaskit asks for changes that are being tried out inside Atlassian's
 * own products. Outside of them every gate is closed: no client to load, nothing kept in the browser, nothing asked over the network.
 */
const closedGates = {
  checkGate: (): boolean => false,
  initializeCalled: (): boolean => false,
  initializeCompleted: (): boolean => false,
  getExperimentValue: <T>(_experiment: string, _parameter: string, fallback: T): T => fallback,
};

export const FeatureGates = closedGates;
export default closedGates;
