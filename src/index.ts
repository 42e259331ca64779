import { lazily } from '#app/lazily';

export const deliver = lazily(() => import(/* webpackMode: "eager" */ '#app/jobs/deliver'), 'deliver');
export const maintain = lazily(() => import(/* webpackMode: "eager" */ '#app/jobs/maintenance'), 'maintain');
export const preUninstall = lazily(() => import(/* webpackMode: "eager" */ '#app/jobs/pre-uninstall'), 'preUninstall');
export const weekly = lazily(() => import(/* webpackMode: "eager" */ '#app/jobs/weekly'), 'weekly');
export const sendResolver = lazily(() => import(/* webpackMode: "eager" */ '#app/resolvers/send'), 'sendResolver');
export const siteResolver = lazily(() => import(/* webpackMode: "eager" */ '#app/resolvers/site'), 'siteResolver');
export const spaceResolver = lazily(() => import(/* webpackMode: "eager" */ '#app/resolvers/space'), 'spaceResolver');
