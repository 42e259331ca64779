/** The only folder that touches Forge's storage; each file keeps what one part of the app needs. */
export { diagnosticsStore, noticeStore, quotaStore } from '#app/store/counters';
export { deletionStore } from '#app/store/deletion';
export { jobStore } from '#app/store/jobs';
export { allKeys, identityStore, keyStore, removeKeysOf } from '#app/store/mail-keys';
export { recordStore } from '#app/store/records';
export { allSpaceSettings, settingsStore } from '#app/store/settings';
