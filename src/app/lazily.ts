/**
 * A handler whose module is loaded when the first call comes: a fresh function reads what its own work takes and nothing of the others'.
 * `load` imports it with `webpackMode: "eager"`, so that Forge's bundler keeps it in the one file that is deployed.
 */
export const lazily =
  <Args extends unknown[], Answer, Name extends string>(
    load: () => Promise<Readonly<Record<Name, (...args: Args) => Answer | Promise<Answer>>>>,
    name: Name,
  ): ((...args: Args) => Promise<Answer>) =>
  async (...args) => {
    const { [name]: handler } = await load();
    return handler(...args);
  };
