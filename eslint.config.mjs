import next from "eslint-config-next/core-web-vitals";
import tseslint from "typescript-eslint";

const pure = ["lib/**/*.ts"];
const mayReadTheClock = ["**/*.test.ts", "lib/cli/**", "lib/**/server/**", "lib/runtime.ts", "lib/auth/server/**"];

export default tseslint.config(
  { ignores: [".next/**", "build/**", ".data/**", "prisma/generated/**", "prisma/sqlite/**", "coverage/**", "test-results/**", "next-env.d.ts"] },
  ...next,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // An index that was just checked is known to be there; noUncheckedIndexedAccess cannot see it.
      "@typescript-eslint/no-non-null-assertion": "off",
      // Taking members off an object names them.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "no-restricted-syntax": ["error", { selector: "ExportAllDeclaration", message: "No barrels: import from the file that defines the name." }],
    },
  },
  {
    files: pure,
    ignores: mayReadTheClock,
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "The clock is an argument." },
        { object: "Math", property: "random", message: "Chance is an argument." },
      ],
    },
  },
);
