/** Names in manifest.yml that the code knows; without any schema, for what needs a name alone. */

/** Keys of Forge modules. */
export const MODULES = { send: 'send-page', space: 'space-settings', site: 'site-settings' } as const;
/** Key of the customer-managed remote. */
export const RELAY_REMOTE = 'relay';
/** Name of the delivery queue. */
export const DELIVERY_QUEUE = 'delivery';
/** Name of the queue for administrators' long tasks. */
export const MAINTENANCE_QUEUE = 'maintenance';
