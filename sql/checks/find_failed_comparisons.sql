-- Comparisons between the report and what it is made from that did not come out equal.
select
    1 as n_rows,
    check_name,
    expected || ' expected, ' || actual || ' found' as found
from report.report_checks
where is_ok is distinct from true
