import { z } from 'zod';

// The page's policy forbids eval; zod would try it once per start and leave a violation in the log. Import this first: a
// schema looks at the setting when it is made.
z.config({ jitless: true });
