# The debhelper sequence lintian-ml: dh runs dh_lintian_ml where dh_lintian runs.

use strict;
use warnings;
use Debian::Debhelper::Dh_Lib;

insert_after('dh_lintian', 'dh_lintian_ml');

1;
