// @ts-check
// The page at an address that leads nowhere.

import { sayStatic } from "./lib/language.js";

sayStatic();
