/** A grey box that holds the place of what is loading. Sizes in CSS units. */
export const Skeleton = ({ width = '100%', height = '20px' }: { width?: string; height?: string }) => (
  <span className="pm-skeleton" style={{ width, height }} aria-hidden="true" />
);
