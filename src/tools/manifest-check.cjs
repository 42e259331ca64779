// npm run manifest: what `forge lint` and the bundler of `forge deploy` check, offline and without an account.
// Fails on errors and on warnings. CommonJS, because Forge's packages want a `require.main`.
const { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const root = join(__dirname, '..', '..');
const temporary = mkdtempSync(join(tmpdir(), 'pagemail-manifest-'));
const problems = [];
const report = (source, text) => problems.push(`${source}: ${text}`);

// @typescript-eslint and ts-loader ask for "typescript" and need the one Forge pins, not the project's newer one.
const resolveFilename = Module._resolveFilename;
const forgeTypeScript = Module.createRequire(require.resolve('@forge/bundler')).resolve('typescript');
Module._resolveFilename = function resolve(request, parent, ...rest) {
  const fromForge = parent?.filename && /node_modules.(@typescript-eslint|ts-loader)/.test(parent.filename);
  return request === 'typescript' && fromForge ? forgeTypeScript : resolveFilename.call(this, request, parent, ...rest);
};

globalThis.fetch = async (url) => {
  report('network', `tried to reach ${url}`);
  throw new Error('offline');
};

/** Confluence's API documents where CONFLUENCE_OPENAPI or a folder beside the project has them; they make lint check scopes. */
function pointToApiDocuments() {
  const folder = process.env.CONFLUENCE_OPENAPI ?? join(root, '..', 'shared', 'openapi');
  const empty = join(temporary, 'empty.json');
  writeFileSync(empty, '{"paths":{}}');
  const document = (name) => (existsSync(join(folder, name)) ? join(folder, name) : empty);
  process.env.USE_LOCAL_SWAGGER = '1';
  process.env.LOCAL_CONF_SWAGGER = document('confluence-v1.json');
  process.env.LOCAL_CONF_V2_SWAGGER = document('confluence-v2.json');
  for (const product of ['JIRA', 'JSM', 'JSW', 'BB']) process.env[`LOCAL_${product}_SWAGGER`] = empty;
}

/** Those of Forge's validations that the linter below does not run itself; each takes seconds. */
async function checkManifest() {
  const { ProcessorBuilder, ValidationTypes } = require('@forge/manifest');
  const add = (source, { errors = [] }) => {
    for (const error of errors) report(source, `${error.level} ${error.line ?? ''}: ${error.message}`);
  };
  for (const type of ['PRODUCT_TRIGGER', 'FORGE_REMOTE_COMPUTE']) {
    add(`manifest ${type}`, await ProcessorBuilder.instance().withValidation(ValidationTypes[type]).build().process('manifest.yml'));
  }
}

async function checkSources() {
  const { lint } = require('@forge/lint');
  const { parseSourceFile } = require('@forge/lint/out/lint/lint');
  const { ConfigFile, FileSystemReader, FileSystemWriter, StatsigReader } = require('@forge/cli-shared');
  class NoFeatureFlags extends StatsigReader {
    async checkGate() {
      return null;
    }
    async getDynamicConfig() {
      return null;
    }
  }
  const manifest = await new ConfigFile(new FileSystemReader(), new FileSystemWriter()).readConfig();
  const silent = () => {};
  const logger = {
    info: silent,
    debug: silent,
    trace: silent,
    warn: (text) => report('lint', text),
    error: (text) => report('lint', text),
  };
  const inFolder = (folder) => readdirSync(folder, { recursive: true }).map((file) => `./${folder}/${file}`);
  const files = ['./src/index.ts', ...['src/app'].flatMap(inFolder).filter((file) => file.endsWith('.ts'))];
  let parsed = 0;
  const parseFunction = (file, parser) => {
    parsed += 1;
    return parseSourceFile(file, parser);
  };
  const results = await lint(files, manifest, 'development', logger, new NoFeatureFlags(), {
    linter: { mode: 'client-side' },
    parseFunction,
  });
  // It passes over files that tsconfig.json does not name by a pattern, without a word.
  if (parsed !== files.length) report('lint', `read ${parsed} of ${files.length} source files`);
  for (const { file, errors, warnings } of results) {
    for (const problem of [...errors, ...warnings])
      report('lint', `${problem.class} ${file ?? problem.file}:${problem.line}: ${problem.message}`);
  }
}

/** Compiles src/index.ts as `forge deploy` does: Forge's webpack configuration, ts-loader with its TypeScript. */
function checkBundle() {
  const { getCommonWebpackConfig } = require('@forge/bundler/out/config/common');
  const webpack = require('webpack');
  const { getEntryPoints } = require('@forge/bundler/out/common');
  const config = getCommonWebpackConfig({ appDirectory: root, entryPoints: getEntryPoints([{ module: 'index' }]) });
  const output = { ...config.output, path: join(temporary, 'bundle'), filename: '[name].cjs' };
  config.module.rules.push({ test: /\.m?js$/, resolve: { fullySpecified: false } });
  return new Promise((resolve, reject) => {
    webpack({ ...config, target: 'node18', output }, (error, stats) => {
      if (error) return reject(error);
      const { errors = [], warnings = [] } = stats.toJson({ all: false, errors: true, warnings: true });
      for (const problem of [...errors, ...warnings]) report('bundle', `${problem.moduleName ?? ''} ${problem.message}`);
      resolve();
    });
  });
}

async function main() {
  process.chdir(root);
  pointToApiDocuments();
  await checkManifest();
  await checkSources();
  await checkBundle();
  for (const problem of problems) console.error(problem);
  if (!existsSync('static/dist')) console.error('The interface is not built: npm run build');
  console.log(`manifest: ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

main()
  .catch((error) => {
    console.error(error);
    return 2;
  })
  .then((code) => {
    rmSync(temporary, { recursive: true, force: true });
    process.exit(code);
  });
