-- Balances of the trial balance whose two sides differ.
select
    1 as n_rows,
    balance,
    subject,
    left_amount || ' on the left, ' || right_amount || ' on the right' as found
from report.report_trial_balance
where is_ok is distinct from true
