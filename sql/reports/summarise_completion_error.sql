-- One row a tenth of maturity: how far off weeks of orders were when so much of their returns had come.
with errors as (
    select
        round(maturity, 1) as maturity,
        abs(naive_rate - final_rate)::decimal(18, 9) as naive_error,
        abs(completed_rate - final_rate)::decimal(18, 9) as completed_error,
        (completed_rate - final_rate)::decimal(18, 9) as bias,
        final_rate::decimal(18, 9) as final_rate,
        if(
            chance_error > 0, ((completed_rate - final_rate) / chance_error) ** 2, null
        )::decimal(18, 6) as chance_errors_squared
    from report.report_completion_backtest
)

select
    maturity,
    count(*) as n_cohorts,
    avg(final_rate)::double as final_rate,
    avg(naive_error)::double as naive_error,
    avg(completed_error)::double as completed_error,
    avg(completed_error)::double / nullif(avg(naive_error), 0)::double as error_ratio,
    avg(bias)::double as bias,
    avg(chance_errors_squared)::double as dispersion,
    (count(*) filter (where chance_errors_squared <= 1.959964 ** 2))::double
    / nullif(count(chance_errors_squared), 0) as coverage
from errors
group by maturity
order by maturity
