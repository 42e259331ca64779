export { deliver } from '#app/jobs/deliver';
export { preUninstall } from '#app/jobs/pre-uninstall';
export { sendResolver } from '#app/resolvers/send';
export { siteResolver } from '#app/resolvers/site';
export { spaceResolver } from '#app/resolvers/space';
