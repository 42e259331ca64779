export { deliver } from '#app/jobs/deliver';
export { maintain } from '#app/jobs/maintenance';
export { preUninstall } from '#app/jobs/pre-uninstall';
export { weekly } from '#app/jobs/weekly';
export { sendResolver } from '#app/resolvers/send';
export { siteResolver } from '#app/resolvers/site';
export { spaceResolver } from '#app/resolvers/space';
